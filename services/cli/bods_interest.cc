#include "services/cli/bods_interest.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ayni::cli {
namespace {

// What becomes of a type of interest.
enum class Use { kShares, kIncome, kVotes, kControls, kDirects, kLeftOut };

struct InterestType {
  const char* code;  // in small letters without hyphens: 0.2 has them, 0.3 and 0.4 capitals
  Use use;
  const char* left_out = "";
};

constexpr char kUnknown[] = "is of a kind that its publisher doesn't know or say";

constexpr InterestType kTypes[] = {
    {"shareholding", Use::kShares},
    {"votingrights", Use::kVotes},
    {"appointmentofboard", Use::kControls},
    {"otherinfluenceorcontrol", Use::kControls},
    {"otherinfluenceorcontroloftrust", Use::kControls},
    {"seniormanagingofficial", Use::kDirects},
    {"boardmember", Use::kDirects},
    {"boardchair", Use::kDirects},
    {"settlor", Use::kControls},
    {"settloroftrust", Use::kControls},
    {"trustee", Use::kControls},
    {"trusteeoftrust", Use::kControls},
    {"protector", Use::kControls},
    {"protectoroftrust", Use::kControls},
    {"beneficiaryoflegalarrangement", Use::kControls},
    {"beneficiaryoftrust", Use::kControls},
    {"nominator", Use::kControls},
    {"rightsgrantedbycontract", Use::kControls},
    {"conditionalrightsgrantedbycontract", Use::kControls},
    {"controlviacompanyrulesorarticles", Use::kControls},
    {"controlbylegalframework", Use::kControls},
    {"rightstosurplusassetsondissolution", Use::kIncome},
    {"rightstoprofitorincome", Use::kIncome},
    {"righttoprofitorincomefromassets", Use::kIncome},
    {"enjoymentanduseofassets", Use::kIncome},
    {"nominee", Use::kLeftOut, "is a nominee's, who acts as the nominator wants"},
    {"unknowninterest", Use::kLeftOut, kUnknown},
    {"unpublishedinterest", Use::kLeftOut, kUnknown},
};

const InterestType* FindType(const std::string& given) {
  std::string code;
  for (const char c : given) {
    if (c != '-') code += absl::ascii_tolower(c);
  }
  const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const InterestType& type) { return code == type.code; });
  return found == std::end(kTypes) ? nullptr : found;
}

struct Share {
  bool given = false;
  int basis_points = 0;
  std::string text;
};

// Of a bound: not set where it is no percentage.
std::optional<double> Percentage(const JsonFields& share, const char* name) {
  // Before 0.4 exclusiveMinimum and exclusiveMaximum may be true or false, of the bounds beside them.
  const JsonFields::Json* value = share.Find(name);
  if (value != nullptr && value->is_boolean() && absl::string_view(name).substr(0, 9) == "exclusive")
    return {};
  const std::optional<double> number = share.Number(name);
  if (number && (*number < 0 || *number > 100)) {
    share.Wrong(name, absl::StrCat("must be a percentage of 0 to 100, is ", *number));
    return {};
  }
  return number;
}

bool IsTrue(const JsonFields& share, const char* name) {
  const JsonFields::Json* value = share.Find(name);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::string HundredthsText(int basis_points) {
  const int part = basis_points % 100;
  return part == 0 ? absl::StrCat(basis_points / 100) : absl::StrFormat("%d.%02d", basis_points / 100, part);
}

// The most that the share may be: a range is counted at its upper end.
Share ReadShare(const JsonFields& interest) {
  Share share;
  const std::optional<JsonFields> fields = interest.Object("share");
  if (!fields) return share;
  const std::optional<double> exact = Percentage(*fields, "exact");
  const std::optional<double> least = Percentage(*fields, "minimum");
  const std::optional<double> above = Percentage(*fields, "exclusiveMinimum");
  const std::optional<double> most = Percentage(*fields, "maximum");
  const std::optional<double> below = Percentage(*fields, "exclusiveMaximum");
  share.given = exact || least || above || most || below;
  if (!share.given) return share;
  if (exact) {
    share.basis_points = ToBasisPoints(*exact);
    return share;
  }
  const double bottom = std::max(least.value_or(0), above.value_or(0));
  const double top = std::min(most.value_or(100), below.value_or(100));
  if (bottom > top) {
    fields->Wrong("", absl::StrCat("must be a range from its minimum up, is ", bottom, " to ", top));
    return share;
  }
  const bool is_below = (below && *below <= top) || (most && IsTrue(*fields, "exclusiveMaximum"));
  share.basis_points =
      is_below && top > bottom ? static_cast<int>(std::ceil(top * 100)) - 1 : ToBasisPoints(top);
  share.text = absl::StrCat("share ", bottom, " % to ", is_below ? "under " : "", top, " %, counted as ",
                            HundredthsText(share.basis_points), " %");
  return share;
}

// Sets relation and left_out by the type and the share.
void Judge(const InterestType& type, const Share& share, BodsInterest* interest) {
  interest->share_basis_points = 0;
  switch (type.use) {
    case Use::kShares:
    case Use::kIncome:
      if (!share.given) {
        interest->left_out = "says no share, and what is owned of nobody knows how much is no ownership here";
      } else if (share.basis_points == 0) {
        interest->left_out = "is a share of nothing";
      } else {
        interest->relation = v1::RELATION_TYPE_OWNS;
        interest->share_basis_points = share.basis_points;
        interest->share_text = share.text;
      }
      return;
    case Use::kVotes:
      if (share.given && share.basis_points < kControllingBasisPoints) {
        interest->left_out = absl::StrCat("is of less than ", kControllingBasisPoints / 100,
                                          " % of the votes, which decide nothing by themselves");
        return;
      }
      interest->relation = v1::RELATION_TYPE_CONTROLS;
      if (share.given) {
        interest->share_text = share.text.empty()
                                   ? absl::StrCat("votes ", HundredthsText(share.basis_points), " %")
                                   : "votes: " + share.text;
      }
      return;
    case Use::kControls:
      interest->relation = v1::RELATION_TYPE_CONTROLS;
      return;
    case Use::kDirects:
      interest->relation = v1::RELATION_TYPE_DIRECTS;
      return;
    case Use::kLeftOut:
      interest->left_out = type.left_out;
      return;
  }
}

void ReadDates(const JsonFields& fields, BodsInterest* interest) {
  for (const auto& [name, into] :
       {std::pair("startDate", &interest->start), std::pair("endDate", &interest->end)}) {
    const std::string text = fields.Text(name);
    if (text.empty()) continue;
    *into = ReadDay(text);
    if (!*into)
      fields.Wrong(name, absl::StrCat("must be a day as in 2019-05-16, is '", TidyText(text, 40), "'"));
  }
  // The standard's is the first day on which the interest is no more.
  if (interest->end) interest->end = DayBefore(*interest->end);
  if (interest->start && interest->end && CompareDays(*interest->end, *interest->start) < 0) {
    interest->end = interest->start;
  }
}

}  // namespace

std::vector<BodsInterest> ReadBodsInterests(const JsonFields& relationship) {
  std::vector<BodsInterest> interests;
  std::vector<const InterestType*> types;
  for (const JsonFields& fields : relationship.Objects("interests")) {
    BodsInterest& interest = interests.emplace_back();
    interest.type = fields.Text("type");
    const std::string level =
        fields.Text(fields.Has("directOrIndirect") ? "directOrIndirect" : "interestLevel");
    interest.is_indirect = level == "indirect";
    ReadDates(fields, &interest);
    const Share share = ReadShare(fields);
    types.push_back(FindType(interest.type));
    if (interest.type.empty()) {
      interest.left_out = "has no type, so that nobody knows what it is";
    } else if (types.back() == nullptr) {
      fields.Wrong("type", absl::StrCat("must be a type of interest of the standard, is '",
                                        TidyText(interest.type, 60), "'"));
    } else {
      Judge(*types.back(), share, &interest);
    }
  }
  const bool has_shares = std::any_of(interests.begin(), interests.end(), [&](const BodsInterest& each) {
    const InterestType* type = types[static_cast<size_t>(&each - interests.data())];
    return type != nullptr && type->use == Use::kShares && each.left_out.empty();
  });
  for (size_t i = 0; has_shares && i < interests.size(); ++i) {
    if (types[i] == nullptr || types[i]->use != Use::kIncome) continue;
    interests[i].left_out = "goes with the shares, which are counted already";
  }
  return interests;
}

}  // namespace ayni::cli
