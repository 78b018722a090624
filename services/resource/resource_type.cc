#include "services/resource/resource_type.h"

#include <array>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access.pb.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/appeal.pb.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/identity.pb.h"
#include "ayni/v1/ledger.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/merge.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/need_template.pb.h"
#include "ayni/v1/notice.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "ayni/v1/round.pb.h"
#include "ayni/v1/skill.pb.h"
#include "google/api/field_behavior.pb.h"
#include "google/api/resource.pb.h"
#include "services/invariant.h"

namespace ayni::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool Behaves(const FieldDescriptor* field, google::api::FieldBehavior behavior) {
  const auto& options = field->options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behavior) return true;
  }
  return false;
}

// Takes the text up to the next slash off the front of `rest`.
absl::string_view TakeSegment(absl::string_view* rest) {
  const size_t slash = rest->find('/');
  const absl::string_view segment = rest->substr(0, slash);
  rest->remove_prefix(slash == absl::string_view::npos ? rest->size() : slash + 1);
  return segment;
}

bool MatchesPattern(absl::string_view pattern, absl::string_view name, bool wildcards) {
  if (absl::EndsWith(name, "/")) return false;
  while (!pattern.empty()) {
    const absl::string_view expected = TakeSegment(&pattern);
    const absl::string_view segment = TakeSegment(&name);
    if (expected[0] != '{') {
      if (segment != expected) return false;
    } else if (!(wildcards && segment == "-") && !IsResourceId(segment)) {
      return false;
    }
  }
  return name.empty();
}

std::string Spaced(absl::string_view camel) {
  std::string words;
  for (const char c : camel) {
    if (absl::ascii_isupper(c)) words += ' ';
    words += absl::ascii_tolower(c);
  }
  return words;
}

using Types = std::array<std::unique_ptr<const ResourceType>, 26>;

const Types& AllTypes() {
  static const Types* const types = new Types{
      std::make_unique<ResourceType>(v1::Territory::descriptor()),
      std::make_unique<ResourceType>(v1::ValueChain::descriptor()),
      std::make_unique<ResourceType>(v1::Service::descriptor()),
      std::make_unique<ResourceType>(v1::Party::descriptor()),
      std::make_unique<ResourceType>(v1::Agreement::descriptor()),
      std::make_unique<ResourceType>(v1::NeedTemplate::descriptor()),
      std::make_unique<ResourceType>(v1::Relation::descriptor()),
      std::make_unique<ResourceType>(v1::Credential::descriptor()),
      std::make_unique<ResourceType>(v1::Skill::descriptor()),
      std::make_unique<ResourceType>(v1::Need::descriptor()),
      std::make_unique<ResourceType>(v1::Offer::descriptor()),
      std::make_unique<ResourceType>(v1::Budget::descriptor()),
      std::make_unique<ResourceType>(v1::Policy::descriptor()),
      std::make_unique<ResourceType>(v1::Round::descriptor()),
      std::make_unique<ResourceType>(v1::Match::descriptor()),
      std::make_unique<ResourceType>(v1::SegmentReport::descriptor()),
      std::make_unique<ResourceType>(v1::LedgerEntry::descriptor()),
      std::make_unique<ResourceType>(v1::Checkpoint::descriptor()),
      std::make_unique<ResourceType>(v1::Principal::descriptor()),
      std::make_unique<ResourceType>(v1::Token::descriptor()),
      std::make_unique<ResourceType>(v1::Identity::descriptor()),
      std::make_unique<ResourceType>(v1::MergeProposal::descriptor()),
      std::make_unique<ResourceType>(v1::Waiver::descriptor()),
      std::make_unique<ResourceType>(v1::Subscription::descriptor()),
      std::make_unique<ResourceType>(v1::Notice::descriptor()),
      std::make_unique<ResourceType>(v1::Appeal::descriptor()),
  };
  return *types;
}

}  // namespace

bool IsResourceId(absl::string_view id) {
  if (id.empty() || id.size() > kResourceIdBytesMax) return false;
  if (id[0] == '-' || id[0] == '.') return false;
  for (const char c : id) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '-' && c != '.') return false;
  }
  return true;
}

bool IsRequired(const FieldDescriptor* field) { return Behaves(field, google::api::REQUIRED); }
bool IsOutputOnly(const FieldDescriptor* field) { return Behaves(field, google::api::OUTPUT_ONLY); }
bool IsImmutable(const FieldDescriptor* field) { return Behaves(field, google::api::IMMUTABLE); }

ResourceType::ResourceType(const Descriptor* descriptor)
    : descriptor_(descriptor),
      name_field_(descriptor->FindFieldByName("name")),
      etag_field_(descriptor->FindFieldByName("etag")),
      create_time_field_(descriptor->FindFieldByName("create_time")),
      update_time_field_(descriptor->FindFieldByName("update_time")) {
  const google::api::ResourceDescriptor& resource = descriptor->options().GetExtension(google::api::resource);
  INVARIANT(resource.pattern_size() == 1 && name_field_ != nullptr, descriptor->full_name());
  for (int i = 0; i < descriptor->field_count(); ++i) {
    if (IsOutputOnly(descriptor->field(i))) output_only_fields_.push_back(descriptor->field(i));
    if (IsImmutable(descriptor->field(i))) immutable_fields_.push_back(descriptor->field(i));
  }
  type_ = resource.type();
  pattern_ = resource.pattern(0);
  singular_ = resource.singular();
  plural_ = resource.plural();
  noun_ = Spaced(singular_);
  field_name_ = noun_;
  for (char& c : field_name_) {
    if (c == ' ') c = '_';
  }
  const size_t variable = pattern_.rfind('/');
  const size_t before_collection = pattern_.rfind('/', variable - 1);
  const bool is_top = before_collection == std::string::npos;
  collection_ =
      pattern_.substr(is_top ? 0 : before_collection + 1, variable - (is_top ? 0 : before_collection + 1));
  if (!is_top) parent_pattern_ = pattern_.substr(0, before_collection);
}

const ResourceType& ResourceType::Of(const Descriptor* descriptor) {
  for (const auto& type : AllTypes()) {
    if (type->descriptor() == descriptor) return *type;
  }
  INVARIANT(false, descriptor->full_name());
}

const ResourceType* ResourceType::Find(absl::string_view type) {
  for (const auto& known : AllTypes()) {
    if (known->type() == type) return known.get();
  }
  return nullptr;
}

std::vector<const ResourceType*> ResourceType::All() {
  std::vector<const ResourceType*> all;
  for (const auto& type : AllTypes()) all.push_back(type.get());
  return all;
}

bool ResourceType::MatchesName(absl::string_view name) const { return MatchesPattern(pattern_, name, false); }

bool ResourceType::MatchesParent(absl::string_view parent, bool wildcards) const {
  return MatchesPattern(parent_pattern_, parent, wildcards);
}

std::string ResourceType::Name(absl::string_view parent, absl::string_view id) const {
  return absl::StrCat(parent, parent.empty() ? "" : "/", collection_, "/", id);
}

absl::string_view LastId(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == absl::string_view::npos ? name : name.substr(slash + 1);
}

absl::string_view FirstId(absl::string_view name) {
  TakeSegment(&name);
  return TakeSegment(&name);
}

}  // namespace ayni::services
