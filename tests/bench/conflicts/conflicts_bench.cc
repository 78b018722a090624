// How long conflicts of interest take: a graph of a million relations, the rules that ship, 25,000 TAPs (of
// 250,000 offers), 3,000 cooperatives and two million candidate pairs.
//
//   conflicts_bench [RELATIONS [PAIRS]]
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "ayni/v1/policy.pb.h"
#include "matcher/conflict_book.h"
#include "services/conflict_rule.h"

namespace ayni::matcher {
namespace {

constexpr int kTaps = 25'000;
constexpr int kCooperatives = 3'000;
constexpr int kBanks = 300;
constexpr int kBodies = 500;
constexpr Day kToday = 20'000;

class Stopwatch {
 public:
  double Microseconds() const {
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start_).count();
  }
  double Seconds() const { return Microseconds() / 1e6; }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Parties in this order: TAPs, cooperatives, banks, public bodies, companies, people.
class Generator {
 public:
  explicit Generator(int relations)
      : relations_(relations), companies_(relations / 20), people_(relations / 3) {}

  RelationGraph Make() {
    for (int at = 0; at < PeopleBegin() + people_; ++at) graph_.SetParty({at}, {RoleBit(RoleOf(at)), false});
    for (int tap = 0; tap < kTaps; ++tap) LayTap(tap);
    for (int cooperative = kTaps; cooperative < kTaps + kCooperatives; ++cooperative)
      LayCooperative(cooperative);
    while (graph_.relation_count() < relations_) LayElsewhere();
    return std::move(graph_);
  }

  int PeopleBegin() const { return kTaps + kCooperatives + kBanks + kBodies + companies_; }
  int ACompany() { return kTaps + kCooperatives + kBanks + kBodies + Below(companies_); }
  int APerson() { return PeopleBegin() + Below(people_); }
  int ACooperative() { return kTaps + Below(kCooperatives); }
  int ABank() { return kTaps + kCooperatives + Below(kBanks); }
  int ABody() { return kTaps + kCooperatives + kBanks + Below(kBodies); }
  int Below(int end) { return static_cast<int>(random_() % static_cast<uint64_t>(end)); }

  Relation Make(int subject, RelationType type, int object) {
    Relation row{.subject = {subject}, .type = type, .object = {object}};
    if (type == RelationType::kOwns) row.share_basis_points = 1'000 + 1'000 * Below(8);
    if (Below(10) == 0) row.window.last = kToday - 400 + Below(800);
    if (Below(10) == 0) {
      row.standing = Standing::kClaimed;
      row.claimed_by = {subject};
    }
    if (type == RelationType::kFamilyOf) {
      row.kinship = Below(2) == 0 ? Kinship::kBlood : Kinship::kAffinity;
      row.kinship_degree = static_cast<int8_t>(1 + Below(5));
    }
    row.rank = random_();
    return row;
  }

 private:
  PartyRole RoleOf(int at) const {
    if (at < kTaps) return PartyRole::kTap;
    if (at < kTaps + kCooperatives) return PartyRole::kCooperative;
    if (at < kTaps + kCooperatives + kBanks) return PartyRole::kFinancialInstitution;
    if (at < kTaps + kCooperatives + kBanks + kBodies) return PartyRole::kPublicBody;
    return at < PeopleBegin() ? PartyRole::kCompany : PartyRole::kPerson;
  }
  void Relate(int subject, RelationType type, int object) {
    if (subject != object) graph_.SetRelation({graph_.relation_count()}, Make(subject, type, object));
  }

  void LayTap(int tap) {
    Relate(APerson(), RelationType::kOwns, tap);
    Relate(Below(3) == 0 ? ACompany() : APerson(), RelationType::kOwns, tap);
    Relate(APerson(), RelationType::kDirects, tap);
    Relate(tap, RelationType::kEmploys, APerson());
    if (Below(3) == 0) Relate(ABank(), RelationType::kLendsTo, tap);
    if (Below(3) == 0) Relate(tap, RelationType::kMemberOf, ACooperative());
    if (Below(4) == 0) Relate(tap, RelationType::kRepresentsBrandOf, ACompany());
    if (Below(4) == 0) Relate(ABody(), RelationType::kFunds, tap);
    if (Below(4) == 0) Relate(ABody(), RelationType::kTrains, tap);
    if (Below(4) == 0) Relate(tap, RelationType::kFamilyOf, APerson());
  }
  void LayCooperative(int cooperative) {
    for (int officer = 0; officer < 7; ++officer) Relate(APerson(), RelationType::kDirects, cooperative);
    for (int employee = 0; employee < 5; ++employee) Relate(cooperative, RelationType::kEmploys, APerson());
    for (int lender = 0; lender < 2; ++lender) Relate(ABank(), RelationType::kLendsTo, cooperative);
    for (int buyer = 0; buyer < 3; ++buyer) Relate(ACompany(), RelationType::kBuysFrom, cooperative);
    for (int member = 0; member < 30; ++member) Relate(APerson(), RelationType::kMemberOf, cooperative);
  }
  void LayElsewhere() {
    switch (Below(6)) {
      case 0:
        return Relate(APerson(), RelationType::kFamilyOf, APerson());
      case 1:
        return Relate(APerson(), RelationType::kOwns, ACompany());
      case 2:
        return Relate(Below(20) == 0 ? ABank() : ACompany(), RelationType::kOwns, ACompany());
      case 3:
        return Relate(APerson(), RelationType::kDirects, ACompany());
      case 4:
        return Relate(ACompany(), RelationType::kEmploys, APerson());
      default:
        return Relate(ABank(), RelationType::kLendsTo, Below(2) == 0 ? APerson() : ACompany());
    }
  }

  const int relations_;
  const int companies_;
  const int people_;
  std::mt19937_64 random_{7};
  RelationGraph graph_;
};

double At(std::vector<double>& values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

void Print(const char* what, std::vector<double>& microseconds) {
  std::printf("%-34s p50 %8.1f us   p99 %8.1f us   max %8.1f us\n", what, At(microseconds, 0.5),
              At(microseconds, 0.99), At(microseconds, 1));
}

ConflictCandidate ACandidate(Generator& generator) {
  return {.tap = {generator.Below(kTaps)},
          .cooperative = {generator.ACooperative()},
          .need_window = {kToday + 10, kToday + 40},
          .advice = static_cast<AdviceKinds>(2)};
}

void LookUp(const ConflictBook& book, const RelationGraph& graph, Generator& generator, int pairs) {
  ConflictSearch search(graph);
  std::vector<ConflictCandidate> candidates;
  for (int at = 0; at < pairs; ++at) candidates.push_back(ACandidate(generator));
  int64_t findings = 0;
  int64_t blocked = 0;
  const Stopwatch all;
  for (const ConflictCandidate& candidate : candidates) {
    bool blocks = false;
    for (const ConflictFinding& finding : book.FindingsOn(graph, candidate, &search)) {
      ++findings;
      blocks |= finding.blocks();
    }
    blocked += blocks ? 1 : 0;
  }
  std::printf("%d pairs looked up                %.2f s, %lld findings, %lld pairs blocked\n", pairs,
              all.Seconds(), static_cast<long long>(findings), static_cast<long long>(blocked));
  std::vector<double> kept;
  std::vector<double> searched;
  for (size_t at = 0; at < std::min<size_t>(candidates.size(), 20'000); ++at) {
    const Stopwatch look;
    book.FindingsOn(graph, candidates[at], &search);
    kept.push_back(look.Microseconds());
    const Stopwatch seek;
    FindConflicts(book.rules(), candidates[at], kToday, &search);
    searched.push_back(seek.Microseconds());
  }
  Print("one candidate, looked up", kept);
  Print("one candidate, searched anew", searched);
}

void Change(ConflictBook& book, RelationGraph& graph, Generator& generator) {
  std::vector<double> times;
  std::vector<double> pairs;
  for (int at = 0; at < 2'000; ++at) {
    const RelationIndex relation{generator.Below(graph.relation_count())};
    Relation row = graph.relation(relation);
    row.standing = row.standing == Standing::kConfirmed ? Standing::kClaimed : Standing::kConfirmed;
    row.window.last = row.window.last == kDayMax ? kToday - 1 : kDayMax;
    const Stopwatch change;
    book.Touch(graph, graph.relation(relation));
    graph.SetRelation(relation, row);
    book.Touch(graph, row);
    pairs.push_back(static_cast<double>(book.Renew(graph)));
    times.push_back(change.Microseconds());
  }
  Print("one relation changed", times);
  std::printf("pairs of a rule and a TAP found anew  p50 %.0f   p99 %.0f   max %.0f, of %lld\n",
              At(pairs, 0.5), At(pairs, 0.99), At(pairs, 1),
              static_cast<long long>(book.rules().size()) * kTaps);
}

int Run(int relations, int pairs) {
  std::ifstream file(AYNI_CONFLICT_RULES);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  v1::Policy policy;
  if (!google::protobuf::util::JsonStringToMessage(text, &policy).ok()) {
    std::fprintf(stderr, "%s can't be read\n", AYNI_CONFLICT_RULES);
    return 1;
  }
  Generator generator(relations);
  const Stopwatch making;
  RelationGraph graph = generator.Make();
  std::printf("%d relations of %d parties, %d rules: made in %.2f s, %.0f MB\n", graph.relation_count(),
              graph.party_count(), policy.conflict_rules_size(), making.Seconds(),
              static_cast<double>(graph.ByteSize()) / 1e6);
  ConflictBook book(services::ConflictRulesOf(policy), kToday);
  for (const int threads : {1, 2}) {
    const Stopwatch finding;
    book.FindAll(graph, threads, [] { return false; });
    std::printf("all findings, %d thread%s              %.2f s, %lld findings, %lld incomplete, %.1f MB\n",
                threads, threads == 1 ? " " : "s", finding.Seconds(),
                static_cast<long long>(book.finding_count()), static_cast<long long>(book.incomplete_count()),
                static_cast<double>(book.ByteSize()) / 1e6);
  }
  LookUp(book, graph, generator, pairs);
  Change(book, graph, generator);
  return 0;
}

}  // namespace
}  // namespace ayni::matcher

int main(int argument_count, char** arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const int relations = argument_count > 1 ? std::atoi(arguments[1]) : 1'000'000;
  const int pairs = argument_count > 2 ? std::atoi(arguments[2]) : 2'000'000;
  if (relations < 300'000 || pairs < 1) {
    std::fprintf(stderr, "usage: conflicts_bench [RELATIONS [PAIRS]], of at least 300000 relations\n");
    return 1;
  }
  return ayni::matcher::Run(relations, pairs);
}
