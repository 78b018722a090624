#include "services/cli/ocds_release.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_text.h"
#include "services/held_units.h"
#include "services/money_text.h"

namespace ayni::cli {
namespace {

constexpr char kAgrovoc[] = "http://aims.fao.org/aos/agrovoc/";

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
}

// Of a civil day, which has no zone: its beginning or its end in UTC.
std::string DayText(const google::type::Date& date, const char* time) {
  return absl::StrCat(DateText(date), "T", time, "Z");
}

// Taxpayers' numbers that hold a person's identity number begin otherwise.
bool IsOfOrganisation(const v1::Identifier& identifier) {
  return identifier.scheme() == v1::IDENTIFIER_SCHEME_LEI ||
         (identifier.scheme() == v1::IDENTIFIER_SCHEME_RUC && absl::StartsWith(identifier.value(), "20"));
}

template <typename Record>
const Record& Find(const std::map<std::string, Record>& records, const std::string& name) {
  const auto found = records.find(name);
  return found == records.end() ? Record::default_instance() : found->second;
}

template <typename Record>
std::string DisplayNameOf(const std::map<std::string, Record>& records, const std::string& name) {
  const std::string& display_name = Find(records, name).display_name();
  return display_name.empty() ? LastId(name) : display_name;
}

OcdsJson ValueOf(const v1::Money& unit_price, int64_t quantity) {
  const double minor = static_cast<double>(unit_price.minor_units()) * static_cast<double>(quantity);
  return {{"amount", minor / std::pow(10.0, services::MinorDigits(unit_price.currency()))},
          {"currency", unit_price.currency()}};
}

// Who takes part in one release, each once with all its roles.
class Organisations {
 public:
  explicit Organisations(const OcdsReferences& references) : references_(references) {}

  OcdsJson Refer(const std::string& party, const char* role) {
    roles_[party].insert(role);
    return {{"id", party}, {"name", DisplayNameOf(references_.parties, party)}};
  }

  OcdsJson All() const {
    OcdsJson all = OcdsJson::array();
    for (const auto& [name, roles] : roles_) {
      OcdsJson each = {{"id", name}, {"name", DisplayNameOf(references_.parties, name)}};
      OcdsJson more = OcdsJson::array();
      for (const v1::Identifier& identifier : Find(references_.parties, name).identifiers()) {
        if (!IsOfOrganisation(identifier)) continue;
        OcdsJson one = {{"scheme", identifier.scheme() == v1::IDENTIFIER_SCHEME_LEI ? "XI-LEI" : "PE-RUC"},
                        {"id", identifier.value()}};
        if (each.contains("identifier")) {
          more.push_back(std::move(one));
        } else {
          each["identifier"] = std::move(one);
        }
      }
      if (!more.empty()) each["additionalIdentifiers"] = std::move(more);
      each["roles"] = roles;
      all.push_back(std::move(each));
    }
    return all;
  }

 private:
  const OcdsReferences& references_;
  std::map<std::string, std::set<std::string>> roles_;
};

const char* AwardStatus(const v1::Match& match) {
  switch (match.state()) {
    case v1::Match::STATE_PROPOSED:
    case v1::Match::STATE_UNSPECIFIED:
      return "pending";
    case v1::Match::STATE_DECLINED:
    case v1::Match::STATE_LAPSED:
      return "unsuccessful";
    case v1::Match::STATE_UNDONE:
      return "cancelled";
    case v1::Match::STATE_CANCELLED:
      return services::WasAccepted(match) ? "active" : "cancelled";
    default:
      return "active";
  }
}

// What was signed and ended is terminated, in whichever way.
const char* ContractStatus(const v1::Match& match) {
  const bool is_over =
      match.state() == v1::Match::STATE_CANCELLED || match.state() == v1::Match::STATE_SETTLED;
  return is_over ? "terminated" : "active";
}

// Of the second yes.
std::string SignTimeText(const v1::Match& match) {
  return std::max(TimeText(match.cooperative_yes().time()), TimeText(match.tap_yes().time()));
}

OcdsJson ItemOf(const v1::Match& match, const OcdsReferences& references) {
  const v1::Service& service = Find(references.services, match.service());
  const v1::ValueChain& chain = Find(references.value_chains, match.value_chain());
  std::string unit = EnumeratorText(*v1::Unit_descriptor()->FindValueByNumber(service.unit()));
  absl::AsciiStrToLower(&unit);
  OcdsJson item = {{"id", "1"}, {"description", DisplayNameOf(references.services, match.service())}};
  if (!chain.agrovoc_id().empty()) {
    item["classification"] = {{"scheme", "AGROVOC"},
                              {"id", chain.agrovoc_id()},
                              {"description", chain.display_name()},
                              {"uri", absl::StrCat(kAgrovoc, chain.agrovoc_id())}};
  }
  item["quantity"] = match.quantity();
  item["unit"] = {{"name", unit}, {"value", ValueOf(match.unit_price(), 1)}};
  return item;
}

}  // namespace

OcdsJson OcdsRelease(const v1::Match& match, const OcdsReferences& references,
                     const std::string& ocid_prefix) {
  // rounds/r1/matches/m1 is one process, and its state one release of it.
  const std::string process = absl::StrReplaceAll(match.name(), {{"rounds/", ""}, {"/matches/", "-"}});
  const auto& changed = match.has_update_time() ? match.update_time() : match.create_time();
  const bool is_contract = services::WasAccepted(match);
  const std::string title = absl::StrCat(DisplayNameOf(references.services, match.service()), ", ",
                                         DisplayNameOf(references.territories, match.district()));
  const OcdsJson period = {{"startDate", DayText(match.window().start_date(), "00:00:00")},
                           {"endDate", DayText(match.window().end_date(), "23:59:59")}};
  const OcdsJson items = OcdsJson::array({ItemOf(match, references)});

  Organisations organisations(references);
  const OcdsJson buyer = organisations.Refer(match.cooperative(), "buyer");
  organisations.Refer(match.cooperative(), "procuringEntity");
  const OcdsJson supplier = organisations.Refer(match.tap(), "supplier");
  const v1::Offer& offer = Find(references.offers, match.offer());
  if (offer.has_subsidised()) organisations.Refer(offer.subsidised().funder(), "funder");

  OcdsJson release = {{"ocid", absl::StrCat(ocid_prefix, "-", process)},
                      {"id", absl::StrCat(process, "-", v1::Match::State_Name(match.state()))},
                      {"date", TimeText(changed)},
                      {"tag", is_contract ? OcdsJson::array({"tender", "award", "contract"})
                                          : OcdsJson::array({"tender", "award"})},
                      {"initiationType", "tender"},
                      {"language", "es"},
                      {"parties", organisations.All()},
                      {"buyer", buyer}};
  release["tender"] = {
      {"id", match.need()},
      {"title", title},
      {"status", "complete"},
      {"procuringEntity", buyer},
      {"items", items},
      {"procurementMethod", "selective"},
      {"procurementMethodDetails",
       match.origin() == v1::Match::ORIGIN_MATCH_NOW
           ? absl::StrCat("Matched at once at the prices of ",
                          match.name().substr(0, match.name().find("/matches")))
           : absl::StrCat("Cleared by ", match.name().substr(0, match.name().find("/matches")))},
      {"contractPeriod", period}};
  OcdsJson award = {{"id", match.name()},
                    {"title", title},
                    {"status", AwardStatus(match)},
                    {"date", TimeText(match.create_time())},
                    {"value", ValueOf(match.unit_price(), match.quantity())},
                    {"suppliers", OcdsJson::array({supplier})},
                    {"items", items},
                    {"contractPeriod", period}};
  release["awards"] = OcdsJson::array({std::move(award)});
  if (is_contract) {
    release["contracts"] = OcdsJson::array({{{"id", absl::StrCat(match.name(), "/contract")},
                                             {"awardID", match.name()},
                                             {"status", ContractStatus(match)},
                                             {"period", period},
                                             {"value", ValueOf(match.unit_price(), match.quantity())},
                                             {"items", items},
                                             {"dateSigned", SignTimeText(match)}}});
  }
  return release;
}

}  // namespace ayni::cli
