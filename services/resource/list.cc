#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/access/authorisation.h"
#include "services/errors.h"
#include "services/resource/form.h"
#include "services/resource/page.h"
#include "services/resource/record_scan.h"
#include "services/resource/request_fields.h"
#include "services/resource/standard_methods.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

// What a valid request asks for.
struct Listing {
  std::string parent;       // empty: of all parents
  std::string name_prefix;  // of the names in the list; empty: all
  Filter filter;
  Page page;  // its places are names
};

// Null for a resource at the top. Cooperatives and TAPs are parties.
const ResourceType* ParentTypeOf(const ResourceType& type) {
  if (type.parent_pattern().empty()) return nullptr;
  for (const ResourceType* each : ResourceType::All()) {
    if (each->pattern() == type.parent_pattern()) return each;
  }
  return ResourceType::Find("ayni.v1/Party");
}

class List {
 public:
  List(std::shared_ptr<const Foundation> foundation, const Kind& kind, const MethodDescriptor* method)
      : foundation_(std::move(foundation)),
        kind_(kind),
        parent_type_(ParentTypeOf(kind.type)),
        output_(method->output_type()),
        parent_(kind.type.parent_pattern().empty() ? nullptr : FieldOf(method->input_type(), "parent")),
        page_size_(FieldOf(method->input_type(), "page_size")),
        page_token_(FieldOf(method->input_type(), "page_token")),
        filter_(FieldOf(method->input_type(), "filter")),
        next_page_token_(FieldOf(output_, "next_page_token")) {
    for (int i = 0; i < output_->field_count(); ++i) {
      if (output_->field(i)->message_type() == kind.type.descriptor()) records_ = output_->field(i);
    }
  }

  absl::StatusOr<std::unique_ptr<Message>> Run(const Call& call, const Message& request) const;

 private:
  Listing Read(const Call& call, const Message& request, Violations* violations) const;
  // The records of one page, and the token of the next.
  absl::StatusOr<std::unique_ptr<Message>> Fill(const Call& call, const Listing& listing) const;

  // NotFound where the parent of a list is no record: an empty list would say that it is, and has nothing.
  absl::Status CheckParent(const Call& call, const Listing& listing, const storage::Reader& reader) const;

  std::shared_ptr<const Foundation> foundation_;
  const Kind& kind_;
  const ResourceType* parent_type_;  // null for a resource at the top
  const google::protobuf::Descriptor* output_;
  const FieldDescriptor* parent_;  // null for a resource at the top
  const FieldDescriptor* page_size_;
  const FieldDescriptor* page_token_;
  const FieldDescriptor* filter_;
  const FieldDescriptor* next_page_token_;
  const FieldDescriptor* records_ = nullptr;
};

Listing List::Read(const Call& call, const Message& request, Violations* violations) const {
  const FieldPath root;
  const std::string parent = parent_ == nullptr ? "" : TextOf(request, parent_);
  if (parent_ != nullptr && !kind_.type.MatchesParent(parent, true)) {
    violations->Add(root / "parent", absl::StrCat("must be ", kind_.type.parent_pattern(),
                                                  ", with - for its id to list all, is ", Quoted(parent)));
  }
  const bool lists_all = parent.empty() || LastId(parent) == "-";
  const std::string text = TextOf(request, filter_);
  const std::string scope = call.scope == Scope::kOwnRecord ? call.caller.party : "";
  const Page page(foundation_->store->secret(), request.GetReflection()->GetInt32(request, page_size_),
                  TextOf(request, page_token_),
                  absl::StrCat(call.method, "\n", scope, "\n", parent, "\n", text), {}, violations);
  StoreView view(*foundation_->store);
  const auto resolve = [&view](const ResourceType& type, const std::string& name) {
    std::string resolved = name;
    return view.Resolve(type, &resolved).empty() ? resolved : name;
  };
  Filter filter = Filter::Parse(text, kind_.rules.filter_fields, resolve, root / "filter", violations);
  if (call.scope == Scope::kOwnRecord) {
    for (const auto& [role, field] : kind_.rules.own_fields) {
      if (role == call.caller.role) filter.Add({&field, Comparison::Operator::kEqual, call.caller.party, 0});
    }
  }
  return {lists_all ? "" : parent, lists_all ? "" : kind_.type.Name(parent, ""), std::move(filter), page};
}

absl::Status List::CheckParent(const Call& call, const Listing& listing,
                               const storage::Reader& reader) const {
  // Whoever sees only what is their own learns nothing of what there is beside it.
  if (listing.parent.empty() || call.scope != Scope::kAny) return absl::OkStatus();
  const std::string& pattern = parent_type_->pattern();
  const std::string name = absl::StrCat(pattern.substr(0, pattern.find('{')), LastId(listing.parent));
  const auto stored = ReadRecord(reader, *parent_type_, name);
  if (!stored.ok()) return stored.status();
  return stored->version == 0 ? ResourceNotFound(parent_type_->type(), listing.parent) : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Message>> List::Fill(const Call& call, const Listing& listing) const {
  absl::StatusOr<std::unique_ptr<storage::Snapshot>> snapshot = foundation_->store->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status status = CheckParent(call, listing, **snapshot); !status.ok()) return status;
  std::unique_ptr<Message> response = NewMessage(output_);
  const auto* reflection = response->GetReflection();
  RecordScan scan(**snapshot, kind_, listing.name_prefix, listing.filter, listing.page.after());
  std::string last = listing.page.after();
  int looked_at = 0;
  size_t bytes = 0;
  bool has_more = false;
  while (scan.Next()) {
    if (++looked_at > kPageRecordsMax) {
      has_more = true;
      break;
    }
    const bool may_see = call.scope != Scope::kOwnRecord || OwnsRecord(call.caller, scan.record());
    if (may_see && listing.filter.Matches(scan.record())) {
      if (reflection->FieldSize(*response, records_) == listing.page.size()) {
        has_more = true;
        break;
      }
      std::unique_ptr<Message> record = scan.Take();
      FillEtag(kind_.type, scan.version(), record.get());
      kind_.rules.show(call.caller, record.get());
      bytes += record->ByteSizeLong();
      if (bytes > kPageBytesMax && reflection->FieldSize(*response, records_) > 0) {
        has_more = true;
        break;
      }
      reflection->AddAllocatedMessage(response.get(), records_, record.release());
    }
    last = scan.name();
  }
  if (!scan.status().ok()) return scan.status();
  if (has_more) reflection->SetString(response.get(), next_page_token_, listing.page.TokenAfter(last));
  return response;
}

absl::StatusOr<std::unique_ptr<Message>> List::Run(const Call& call, const Message& request) const {
  Violations violations;
  const Listing listing = Read(call, request, &violations);
  if (!violations.empty()) return violations.ToStatus();
  return Fill(call, listing);
}

std::string Capitalised(std::string text) {
  text[0] = absl::ascii_toupper(text[0]);
  return text;
}

}  // namespace

void AddList(const std::shared_ptr<const Foundation>& foundation, const Kind& kind,
             const std::string& service, MethodTable* table) {
  const std::string name = absl::StrCat(service, "/List", Capitalised(kind.type.plural()));
  auto list = std::make_shared<const List>(foundation, kind, MethodOf(name));
  table->Add(name,
             [list](const std::shared_ptr<const Call>& call, const std::shared_ptr<const Requests>& requests,
                    const Reply& reply) { reply(list->Run(*call, *requests->front())); });
}

}  // namespace ayni::services
