#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/access/authorisation.h"
#include "services/resource/form.h"
#include "services/resource/page_token.h"
#include "services/resource/record_scan.h"
#include "services/resource/request_fields.h"
#include "services/resource/standard_methods.h"
#include "services/resource/store_view.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

// What a valid request asks for.
struct Page {
  std::string name_prefix;  // of the names in the list; empty: all
  Filter filter;
  int size = kPageSizeDefault;
  std::string after;  // the name after which it begins; empty: at the first
  PageTokens tokens{""};
};

class List {
 public:
  List(std::shared_ptr<const Foundation> foundation, const Kind& kind, const MethodDescriptor* method)
      : foundation_(std::move(foundation)),
        kind_(kind),
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
  Page ReadPage(const Call& call, const Message& request, Violations* violations) const;
  // The records of one page, and the token of the next.
  absl::StatusOr<std::unique_ptr<Message>> Fill(const Call& call, const Page& page) const;

  std::shared_ptr<const Foundation> foundation_;
  const Kind& kind_;
  const google::protobuf::Descriptor* output_;
  const FieldDescriptor* parent_;  // null for a resource at the top
  const FieldDescriptor* page_size_;
  const FieldDescriptor* page_token_;
  const FieldDescriptor* filter_;
  const FieldDescriptor* next_page_token_;
  const FieldDescriptor* records_ = nullptr;
};

Page List::ReadPage(const Call& call, const Message& request, Violations* violations) const {
  const FieldPath root;
  Page page;
  const std::string parent = parent_ == nullptr ? "" : TextOf(request, parent_);
  if (parent_ != nullptr && !kind_.type.MatchesParent(parent, true)) {
    violations->Add(root / "parent", absl::StrCat("must be ", kind_.type.parent_pattern(),
                                                  ", with - for its id to list all, is ", Quoted(parent)));
  }
  const bool lists_all = parent.empty() || LastId(parent) == "-";
  if (!lists_all) page.name_prefix = kind_.type.Name(parent, "");
  const int size = request.GetReflection()->GetInt32(request, page_size_);
  if (size < 0) violations->Add(root / "page_size", absl::StrCat("must not be negative, is ", size));
  if (size > 0) page.size = std::min(size, kPageSizeMax);
  StoreView view(*foundation_->store);
  const auto resolve = [&view](const ResourceType& type, const std::string& name) {
    std::string resolved = name;
    return view.Resolve(type, &resolved).empty() ? resolved : name;
  };
  const std::string filter = TextOf(request, filter_);
  page.filter = Filter::Parse(filter, kind_.rules.filter_fields, resolve, root / "filter", violations);
  if (call.scope == Scope::kOwnRecord) {
    for (const auto& [role, field] : kind_.rules.own_fields) {
      if (role == call.caller.role)
        page.filter.Add({&field, Comparison::Operator::kEqual, call.caller.party, 0});
    }
  }
  const std::string scope = call.scope == Scope::kOwnRecord ? call.caller.party : "";
  page.tokens = PageTokens(absl::StrCat(call.method, "\n", scope, "\n", parent, "\n", filter));
  if (const std::string token = TextOf(request, page_token_); !token.empty()) {
    const absl::optional<std::string> after = page.tokens.Read(token);
    if (after.has_value()) {
      page.after = *after;
    } else {
      violations->Add(
          root / "page_token",
          "is not the next_page_token of a page with the same parent and filter; begin again without it");
    }
  }
  return page;
}

absl::StatusOr<std::unique_ptr<Message>> List::Fill(const Call& call, const Page& page) const {
  absl::StatusOr<std::unique_ptr<storage::Snapshot>> snapshot = foundation_->store->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  std::unique_ptr<Message> response = NewMessage(output_);
  const auto* reflection = response->GetReflection();
  RecordScan scan(**snapshot, kind_, page.name_prefix, page.filter, page.after);
  std::string last = page.after;
  int looked_at = 0;
  size_t bytes = 0;
  bool has_more = false;
  while (scan.Next()) {
    if (++looked_at > kPageRecordsMax) {
      has_more = true;
      break;
    }
    const bool may_see = call.scope != Scope::kOwnRecord || OwnsRecord(call.caller, scan.record());
    if (may_see && page.filter.Matches(scan.record())) {
      if (reflection->FieldSize(*response, records_) == page.size) {
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
  if (has_more) reflection->SetString(response.get(), next_page_token_, page.tokens.After(last));
  return response;
}

absl::StatusOr<std::unique_ptr<Message>> List::Run(const Call& call, const Message& request) const {
  Violations violations;
  const Page page = ReadPage(call, request, &violations);
  if (!violations.empty()) return violations.ToStatus();
  return Fill(call, page);
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
