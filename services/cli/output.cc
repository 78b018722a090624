#include "services/cli/output.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "ayni/v1/audit.pb.h"
#include "services/cli/api.h"
#include "services/cli/csv.h"
#include "services/cli/table.h"
#include "services/cli/value_kind.h"
#include "services/invariant.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::Printable;

using google::protobuf::Descriptor;
using google::protobuf::Message;

struct TypeColumns {
  const char* type;
  const char* columns;
};

constexpr TypeColumns kDefaultColumns[] = {
    {"ayni.v1.Party", "name,display_name,roles,district,tap.model=model,languages"},
    {"ayni.v1.Relation",
     "name,subject,type,object,share_basis_points=share,start_date=from,end_date=until,source.kind=source"},
    {"ayni.v1.Credential",
     "name,holder,scheme,certifier,issue_date=issued,expire_date=expires,revoke_date=revoked,state"},
    {"ayni.v1.Skill",
     "name,technology,partner,learn_date=learnt,refresh_by_date=fresh "
     "until,standing,services,value_chains=chains"},
    {"ayni.v1.Technique",
     "technology,partner_role=partners are,territory,fresh_tap_count=fresh,stale_tap_count=stale,"
     "claimed_tap_count=claimed,next_refresh_by_date=next goes stale after,partner_count=partners"},
    {"ayni.v1.Service", "name,display_name,family,unit,benefit_days"},
    {"ayni.v1.ValueChain", "name,display_name,kind,agrovoc_id"},
    {"ayni.v1.Territory", "name,display_name,level,parent,altitude_m"},
    {"ayni.v1.Need",
     "name,service,district,quantity,matched_quantity=matched,window,highest_unit_price=highest price,state"},
    {"ayni.v1.Offer", "name,service,unit,unit_price=price,capacity,booked_quantity=booked,window,state"},
    {"ayni.v1.Candidate",
     "offer,score,unit_price=price,distance_m,available_quantity=available,offer_room=offer "
     "room,tap_room=TAP room,limits.1.cap=cap,limits.1.held_quantity=held,limits.1.room=limit room"},
    {"ayni.v1.Policy", "name,state,reason,author,activate_time=activated"},
    {"ayni.v1.Round",
     "name,state,summary.need_count=needs,summary.served_need_count=served,summary.match_count=matches,"
     "summary.gap_ppm=gap ppm,publish_time=published,note"},
    {"ayni.v1.Match", "name,need,tap,service,quantity,unit_price=price,distance_m,score,state"},
    {"ayni.v1.SegmentReport",
     "name,segment.limit=limit,segment.service=service,segment.territory=territory,segment.value_chain=chain,"
     "demanded_quantity="
     "demanded,"
     "matched_quantity=matched,eligible_controller_count=controllers,hhi_before=hhi before,hhi,"
     "cr1_basis_points=CR1,largest_requester_share_basis_points=largest requester,warnings,thin"},
    {"ayni.v1.RecordChange", "name,deleted"},
    {"ayni.v1.LateConflict",
     "match,tap,conflict.severity=severity,conflict.rule=rule,conflict.reason=reason,known_time=known since"},
    {"ayni.v1.Price",
     "need,offer,tap,cell.controller=controller,cell.segment.service=service,cell.segment.territory="
     "territory,price=price in score"},
    {"ayni.v1.TapFate", "need,offer,eligible,reasons.1.text=why"},
    {"ayni.v1.LimitValue",
     "price.cell.segment.limit=limit,price.cell.segment.territory=territory,price.cell.controller=controller,"
     "price.tap=tap,"
     "price.offer=offer,price.price=worth,capacity=room,given_quantity=given,turned_away_quantity=turned "
     "away,share_point_value=share point"},
    {"ayni.v1.LedgerEntry",
     "name,event.time=time,event.actor=actor,event.method=method,event.resource=resource"},
    {"ayni.v1.Checkpoint", "name,leaf_count=leaves,root_hash=root,time"},
    {"ayni.v1.Principal", "name,display_name,role,party,state"},
    {"ayni.v1.Token", "name,display_name,state,create_time=created,expire_time=expires,revoke_time=revoked"},
    {"ayni.v1.Identity", "name,display_name,issuer,subject,state,create_time=created"},
    {"google.longrunning.Operation", "name,done,error.message=error"},
};

std::vector<std::string> LeadingFields(const Descriptor& type) {
  constexpr size_t kColumnsMax = 6;
  std::vector<std::string> columns;
  for (int i = 0; i < type.field_count() && columns.size() < kColumnsMax; ++i) {
    if (HasText(*type.field(i))) columns.push_back(type.field(i)->name());
  }
  return columns;
}

std::string FieldsText(const Message& message) {
  std::vector<std::string> texts;
  for (const MessagePath& path : FilledPaths(*message.GetDescriptor(), {&message}, true)) {
    texts.push_back(absl::StrCat(path.text(), " ", path.Text(message, ValueStyle::kShort)));
  }
  return absl::StrJoin(texts, ", ");
}

// The message at the end of a path that has no text; null where it is absent or a list.
const Message* FindMessage(const MessagePath& path, const Message& message) {
  const Message* found = &message;
  for (absl::string_view name : absl::StrSplit(path.text(), '.')) {
    const auto* field = found->GetDescriptor()->FindFieldByName(std::string(name));
    if (field == nullptr || field->is_repeated() || !found->GetReflection()->HasField(*found, field))
      return nullptr;
    found = &found->GetReflection()->GetMessage(*found, field);
  }
  return found;
}

absl::Status ReadColumns(const Descriptor& type, const std::vector<std::string>& columns,
                         std::vector<MessagePath>* paths, std::vector<std::string>* titles) {
  for (const std::string& column : columns) {
    const std::vector<std::string> parts = absl::StrSplit(column, absl::MaxSplits('=', 1));
    absl::StatusOr<MessagePath> path = MessagePath::Parse(type, parts[0]);
    if (!path.ok())
      return absl::InvalidArgumentError(absl::StrCat("--columns: ", std::string(path.status().message())));
    paths->push_back(*std::move(path));
    titles->push_back(parts.back());
  }
  return absl::OkStatus();
}

// The message that an Any in the field holds; null where it is none, or of a type that is not known here.
std::unique_ptr<Message> Unpacked(const Message& holder, const std::string& name) {
  const auto* field = holder.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() || !IsMessage(*field, google::protobuf::Any::descriptor()))
    return nullptr;
  google::protobuf::Any any;
  any.CopyFrom(holder.GetReflection()->GetMessage(holder, field));
  std::string type_name;
  if (!google::protobuf::Any::ParseAnyTypeUrl(any.type_url(), &type_name)) return nullptr;
  const Descriptor* type =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type_name);
  if (type == nullptr) return nullptr;
  std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  return any.UnpackTo(message.get()) ? std::move(message) : nullptr;
}

struct FieldLine {
  std::string path;
  std::string text;
};

// An Any within an Any within an Any is no answer of this API.
constexpr int kAnyDepthMax = 3;

void AddLines(const Message& message, const std::vector<MessagePath>& paths, const std::string& prefix,
              int depth, std::vector<FieldLine>* lines) {
  for (const MessagePath& path : paths) {
    const std::string first = path.text().substr(0, path.text().find('.'));
    const std::unique_ptr<Message> content = depth < kAnyDepthMax ? Unpacked(message, first) : nullptr;
    if (content == nullptr) {
      lines->push_back({prefix + path.text(), path.Text(message, ValueStyle::kExact)});
    } else {
      AddLines(*content, FilledPaths(*content->GetDescriptor(), {content.get()}, true), prefix + first + ".",
               depth + 1, lines);
    }
  }
}

// Where the data are insufficient nothing is warned of, which is no sign that there is nothing to see.
bool IsUnwarned(const MessagePath& path, const Message& message) {
  return message.GetDescriptor() == v1::SegmentReport::descriptor() && path.text() == "warnings" &&
         static_cast<const v1::SegmentReport&>(message).insufficient_data();
}

// A number's minus sign makes no formula.
bool IsGuarded(const MessagePath& column) { return column.repeated() || !IsNumber(column.leaf()); }

}  // namespace

std::vector<Flag> OutputFlags() {
  return {
      {"output", "FORM", "table, json or csv (table)", {"table", "json", "csv"}, false, false},
      {"columns",
       "PATHS",
       "fields to show, as in name,window.start_date; see `ayni explain`",
       {},
       false,
       false},
  };
}

absl::StatusOr<OutputForm> ReadOutputForm(const Arguments& arguments) {
  const std::string form = arguments.Value("output");
  if (form.empty() || form == "table") return OutputForm::kTable;
  if (form == "json") return OutputForm::kJson;
  if (form == "csv") return OutputForm::kCsv;
  return absl::InvalidArgumentError(absl::StrCat("--output must be table, json or csv, is '", form, "'"));
}

std::vector<std::string> DefaultColumns(const Descriptor& type) {
  for (const TypeColumns& known : kDefaultColumns) {
    if (type.full_name() == known.type) return absl::StrSplit(known.columns, ',');
  }
  return LeadingFields(type);
}

absl::StatusOr<RowOutput> RowOutput::Create(const Descriptor& type, const Arguments& arguments,
                                            Environment* environment) {
  RowOutput output;
  output.type_ = &type;
  output.environment_ = environment;
  const absl::StatusOr<OutputForm> form = ReadOutputForm(arguments);
  if (!form.ok()) return form.status();
  output.form_ = *form;
  std::vector<std::string> columns = absl::StrSplit(arguments.Value("columns"), ',', absl::SkipEmpty());
  if (columns.empty() && output.form_ == OutputForm::kTable) columns = DefaultColumns(type);
  const absl::Status read = ReadColumns(type, columns, &output.columns_, &output.words_.titles);
  if (!read.ok()) return read;
  return output;
}

void RowOutput::Add(const Message& row) {
  ++count_;
  if (form_ == OutputForm::kJson) {
    environment_->out << (count_ == 1 ? "[\n" : ",\n") << JsonText(row, true);
    return;
  }
  rows_.emplace_back(row.New());
  rows_.back()->CopyFrom(row);
}

void RowOutput::Finish() {
  switch (form_) {
    case OutputForm::kJson:
      environment_->out << (count_ == 0 ? "[]\n" : "\n]\n");
      return;
    case OutputForm::kCsv:
      return FinishCsv();
    case OutputForm::kTable:
      return FinishTable();
  }
}

void RowOutput::FinishTable() {
  if (rows_.empty()) {
    environment_->err << "none\n";
    return;
  }
  std::vector<TableColumn> columns;
  for (size_t i = 0; i < columns_.size(); ++i) {
    columns.push_back({words_.titles[i], IsNumber(columns_[i].leaf()) && !columns_[i].repeated(),
                       columns_[i].text() == "name"});
  }
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : rows_) {
    cells.emplace_back();
    for (const MessagePath& column : columns_) {
      std::string text = DisplayText(column, *row);
      const bool yes_or_no = column.leaf().cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_BOOL;
      if (yes_or_no && !text.empty()) text = text == "yes" ? words_.yes : words_.no;
      cells.back().push_back(std::move(text));
    }
  }
  environment_->out << TableText(columns, cells, {environment_->out_width, environment_->colour});
}

void RowOutput::FinishCsv() {
  std::vector<const Message*> rows;
  for (const auto& row : rows_) rows.push_back(row.get());
  // What reads the lines looks for its columns, though no row fills them.
  if (columns_.empty()) columns_ = PathsOfAll(*type_, rows);
  std::vector<std::string> header;
  for (const MessagePath& column : columns_) header.push_back(column.text());
  environment_->out << CsvLine(header);
  for (const Message* row : rows) environment_->out << CsvLine(CsvCells(columns_, *row));
}

absl::Status PrintMessage(const Message& message, const Arguments& arguments, Environment* environment) {
  const absl::StatusOr<OutputForm> form = ReadOutputForm(arguments);
  if (!form.ok()) return form.status();
  if (*form == OutputForm::kJson) {
    environment->out << JsonText(message, true) << "\n";
    return absl::OkStatus();
  }
  if (*form == OutputForm::kCsv) {
    absl::StatusOr<RowOutput> output = RowOutput::Create(*message.GetDescriptor(), arguments, environment);
    if (!output.ok()) return output.status();
    output->Add(message);
    output->Finish();
    return absl::OkStatus();
  }
  std::vector<MessagePath> paths;
  std::vector<std::string> titles;
  const std::vector<std::string> columns = absl::StrSplit(arguments.Value("columns"), ',', absl::SkipEmpty());
  const absl::Status read = ReadColumns(*message.GetDescriptor(), columns, &paths, &titles);
  if (!read.ok()) return read;
  if (columns.empty()) paths = FilledPaths(*message.GetDescriptor(), {&message}, true);
  std::vector<FieldLine> lines;
  AddLines(message, paths, "", 0, &lines);
  size_t widest = 0;
  for (const FieldLine& line : lines) widest = std::max(widest, line.path.size());
  for (const FieldLine& line : lines) {
    const std::string padding(widest - line.path.size() + 2, ' ');
    environment->out << line.path << padding << Printable(line.text) << "\n";
  }
  return absl::OkStatus();
}

std::string JsonText(const Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indented;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(message, &json, options);
  INVARIANT(printed.ok(), printed.ToString());
  while (!json.empty() && json.back() == '\n') json.pop_back();
  return json;
}

std::string DisplayText(const MessagePath& path, const Message& message) {
  if (IsUnwarned(path, message)) return "insufficient data";
  if (HasText(path.leaf()) || path.within_list()) {
    const std::string text = path.Text(message, ValueStyle::kShort);
    return path.repeated() ? absl::StrReplaceAll(text, {{"|", ", "}}) : text;
  }
  const Message* found = FindMessage(path, message);
  if (found == nullptr) return "";
  if (found->GetDescriptor()->full_name() == "ayni.v1.DateWindow") {
    const auto day = [&](const char* name) {
      return MessagePath::Parse(*found->GetDescriptor(), name)->Text(*found, ValueStyle::kShort);
    };
    return absl::StrCat(day("start_date"), "..", day("end_date"));
  }
  return FieldsText(*found);
}

std::vector<std::string> CsvCells(const std::vector<MessagePath>& columns, const Message& message) {
  std::vector<std::string> cells;
  for (const MessagePath& column : columns) {
    const std::string text = column.Text(message, ValueStyle::kExact);
    cells.push_back(IsGuarded(column) ? Guarded(text) : text);
  }
  return cells;
}

std::string TextOfCell(const MessagePath& column, const std::string& cell) {
  const std::string text(absl::StripAsciiWhitespace(cell));
  return IsGuarded(column) ? Unguarded(text) : text;
}

std::vector<MessagePath> FilledPaths(const Descriptor& type, const std::vector<const Message*>& messages,
                                     bool outputs) {
  std::vector<MessagePath> filled;
  for (MessagePath& path : PathsOf(type, messages, outputs)) {
    const bool any = std::any_of(messages.begin(), messages.end(), [&](const Message* message) {
      return !path.Text(*message, ValueStyle::kExact).empty();
    });
    if (any) filled.push_back(std::move(path));
  }
  return filled;
}

}  // namespace ayni::cli
