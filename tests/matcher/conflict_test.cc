#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "matcher/conflict_book.h"
#include "tests/matcher/conflict_oracle.h"
#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

constexpr Day kToday = kRandomToday;
constexpr int kParties = 8;
constexpr int kTaps = 3;          // parties 0 to 2
constexpr int kCooperatives = 3;  // parties 2 to 4: the third TAP is one too

bool OneIn(Random& random, int of) { return Between(random, 1, of) == 1; }

RelationParty RandomParty(Random& random, int at) {
  RelationParty party;
  if (at < kTaps) party.roles |= RoleBit(PartyRole::kTap);
  if (at >= kTaps - 1 && at < kTaps - 1 + kCooperatives) party.roles |= RoleBit(PartyRole::kCooperative);
  if (OneIn(random, 3)) party.roles |= RoleBit(PartyRole::kFinancialInstitution);
  if (OneIn(random, 3)) party.roles |= RoleBit(PartyRole::kCompany);
  party.neutral = OneIn(random, 8);
  return party;
}

// Few types, so that rules meet them.
RelationType RandomType(Random& random) {
  constexpr RelationType kTypes[] = {RelationType::kOwns,     RelationType::kOwns,
                                     RelationType::kControls, RelationType::kFamilyOf,
                                     RelationType::kLendsTo,  RelationType::kRecusedFrom};
  return kTypes[Between(random, 0, 5)];
}

Relation RandomRelation(Random& random, int at) {
  Relation row;
  row.subject = {Between(random, 0, kParties - 1)};
  do {
    row.object = {Between(random, 0, kParties - 1)};
  } while (row.object == row.subject);
  row.type = RandomType(random);
  if (row.type == RelationType::kOwns) row.share_basis_points = Between(random, 1, 10) * 1'000;
  if (OneIn(random, 3)) row.window.last = kToday + Between(random, -10, 20);
  if (OneIn(random, 6)) row.window.first = kToday + Between(random, -20, 5);
  if (OneIn(random, 3)) row.standing = OneIn(random, 3) ? Standing::kDerived : Standing::kClaimed;
  if (row.standing == Standing::kClaimed) row.claimed_by = {Between(random, 0, kParties - 1)};
  row.kinship = static_cast<Kinship>(Between(random, 0, 4));
  row.kinship_degree = static_cast<int8_t>(Between(random, 0, 4));
  // Each its own, in another order than the indices.
  row.rank = static_cast<uint64_t>(Between(random, 0, 1'000'000)) * 1'000 + static_cast<uint64_t>(at);
  return row;
}

ConflictStep RandomStep(Random& random) {
  ConflictStep step;
  step.types = TypeBit(RandomType(random)) | TypeBit(RandomType(random));
  step.against = OneIn(random, 2);
  if ((step.types & TypeBit(RelationType::kOwns)) != 0 && OneIn(random, 2))
    step.least_share = ToShare(Between(random, 1, 4) * 2'000);
  step.repeats_max = OneIn(random, 3) ? 1 : Between(random, 2, 3);
  if (OneIn(random, 4)) step.roles = RoleBit(PartyRole::kFinancialInstitution);
  step.optional = OneIn(random, 3);
  if (OneIn(random, 6)) {
    step.ended_days_max = Between(random, 1, 10);
  } else {
    step.ends_in_window = OneIn(random, 6);
  }
  if ((step.types & TypeBit(RelationType::kFamilyOf)) != 0 && OneIn(random, 2)) {
    step.blood_degree_max = Between(random, 0, 3);
    step.affinity_degree_max = Between(random, 0, 3);
  }
  return step;
}

ConflictRule RandomRule(Random& random) {
  ConflictRule rule;
  rule.severity = static_cast<ConflictSeverity>(Between(random, 0, 2));
  rule.end = static_cast<ConflictEnd>(Between(random, 0, 2));
  for (int steps = Between(random, 1, 3); steps > 0; --steps) rule.steps.push_back(RandomStep(random));
  rule.steps[Between(random, 0, static_cast<int>(rule.steps.size()) - 1)].optional = false;
  if (OneIn(random, 8)) rule.tap_roles = RoleBit(PartyRole::kCompany);
  if (OneIn(random, 3)) rule.lifted_by = TypeBit(RelationType::kRecusedFrom);
  ConflictStep& last = rule.steps.back();
  if (OneIn(random, 4)) {
    last.types |= TypeBit(RelationType::kOwns);
    last.optional = false;
    rule.total_share = ToShare(Between(random, 1, 9) * 1'000);
  }
  return rule;
}

RelationGraph RandomGraph(Random& random, int relations) {
  RelationGraph graph;
  for (int at = 0; at < kParties; ++at) graph.SetParty({at}, RandomParty(random, at));
  for (int at = 0; at < relations; ++at) graph.SetRelation({at}, RandomRelation(random, at));
  return graph;
}

std::vector<ConflictRule> RandomRules(Random& random, int count) {
  std::vector<ConflictRule> rules;
  while (static_cast<int>(rules.size()) < count) {
    rules.push_back(RandomRule(random));
    if (!FaultsOf(rules.back()).empty()) rules.pop_back();
  }
  return rules;
}

// About who holds how much, as far as they need no total.
std::vector<ConflictRule> OwnerRules(Random& random, int count) {
  std::vector<ConflictRule> rules = RandomRules(random, count);
  for (ConflictRule& rule : rules) {
    if (rule.total_share > 0) continue;
    if (OneIn(random, 2)) rule.end = ConflictEnd::kAny;
    rule.steps.resize(OneIn(random, 3) ? rule.steps.size() : 1);
    ConflictStep& first = rule.steps.front();
    first = {.types = TypeBit(RelationType::kOwns) | TypeBit(RelationType::kControls),
             .against = OneIn(random, 2),
             .least_share = ToShare(Between(random, 1, 6) * 600),
             .repeats_max = Between(random, 2, 4)};
  }
  return rules;
}

std::optional<ConflictPath> Only(const ConflictPaths& found) {
  if (found.paths.empty()) return std::nullopt;
  return found.paths.front();
}

// Nearly all of it who owns whom, in small parts, so that several chains meet.
RelationGraph OwnedGraph(Random& random, int relations) {
  RelationGraph graph;
  for (int at = 0; at < kParties; ++at) graph.SetParty({at}, RandomParty(random, at));
  for (int at = 0; at < relations; ++at) {
    Relation row = RandomRelation(random, at);
    if (!OneIn(random, 5)) {
      row.type = RelationType::kOwns;
      row.share_basis_points = Between(random, 1, 10) * 600;
    }
    graph.SetRelation({at}, row);
  }
  return graph;
}

TEST(ConflictSearch, FindsWhatTheLetterOfTheRulesSays) {
  Random random(41);
  int found = 0;
  int claimed = 0;
  int joined = 0;
  for (int round = 0; round < 12'000; ++round) {
    const bool is_owned = round % 3 == 0;
    const RelationGraph graph =
        is_owned ? OwnedGraph(random, Between(random, 8, 16)) : RandomGraph(random, Between(random, 4, 14));
    ConflictSearch search(graph);
    for (const ConflictRule& rule : is_owned ? OwnerRules(random, 3) : RandomRules(random, 3)) {
      const std::vector<PartyIndex> without = {{Between(random, 5, kParties - 1)}};
      for (int tap = 0; tap < kTaps; ++tap) {
        for (int cooperative = kTaps - 1; cooperative < kTaps - 1 + kCooperatives; ++cooperative) {
          ConflictQuery query{.tap = {tap},
                              .cooperative = {cooperative},
                              .day = kToday,
                              .need_window = Window{kToday, kToday + 10}};
          if (OneIn(random, 5)) query.without = without;
          const std::optional<ConflictPath> expected = PathByTheLetter(graph, rule, query);
          const std::optional<ConflictPath> path = Only(search.Find(rule, query));
          const bool is_firm = expected.has_value() && !expected->claimed;
          const JointFinding joint = is_firm ? JointFinding::kNone : JointByTheLetter(graph, rule, query);
          ASSERT_EQ(path.has_value(), expected.has_value() || joint != JointFinding::kNone) << round;
          if (!path.has_value()) continue;
          ++found;
          if (expected.has_value() && joint != JointFinding::kFirm) {
            ASSERT_EQ(*path, *expected) << round;
          } else {
            ASSERT_EQ(path->claimed, joint == JointFinding::kClaimed) << round;
            ++joined;
          }
          claimed += path->claimed ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(found, 10'000);
  EXPECT_GT(claimed, 500);
  EXPECT_GT(joined, 50);
}

ConflictCandidate RandomCandidate(Random& random, const std::vector<ConflictWaiver>& waivers) {
  return {.tap = {Between(random, 0, kTaps - 1)},
          .cooperative = {Between(random, kTaps - 1, kTaps - 2 + kCooperatives)},
          .need_window = {kToday, kToday + Between(random, 0, 20)},
          .waivers = waivers};
}

std::vector<ConflictWaiver> RandomWaivers(Random& random, int rules) {
  std::vector<ConflictWaiver> waivers;
  for (int count = Between(random, 0, 2); count > 0; --count) {
    ConflictWaiver waiver{Between(random, 0, rules - 1), OneIn(random, 2)};
    if (OneIn(random, 2)) waiver.through.push_back({Between(random, 3, kParties - 1)});
    waivers.push_back(waiver);
  }
  return waivers;
}

TEST(ConflictBook, GivesOnACandidateWhatASearchForItFinds) {
  Random random(42);
  int found = 0;
  for (int round = 0; round < 4'000; ++round) {
    const bool is_owned = round % 3 == 0;
    const RelationGraph graph =
        is_owned ? OwnedGraph(random, Between(random, 8, 16)) : RandomGraph(random, Between(random, 4, 16));
    ConflictBook book(is_owned ? OwnerRules(random, 4) : RandomRules(random, 4), kToday);
    ASSERT_TRUE(book.FindAll(graph, 1 + round % 2, [] { return false; }));
    ConflictSearch search(graph);
    for (int each = 0; each < 20; ++each) {
      const std::vector<ConflictWaiver> waivers = RandomWaivers(random, 4);
      const ConflictCandidate candidate = RandomCandidate(random, waivers);
      const auto findings = book.FindingsOn(graph, candidate, &search);
      ASSERT_EQ(findings, FindConflicts(book.rules(), candidate, kToday, &search)) << round;
      found += static_cast<int>(findings.size());
    }
  }
  EXPECT_GT(found, 5'000);
}

TEST(ConflictBook, KeepsUpWithChangesAsIfFoundAnew) {
  Random random(43);
  int64_t renewed = 0;
  int64_t all = 0;
  for (int round = 0; round < 3'000; ++round) {
    const bool is_owned = round % 3 == 0;
    RelationGraph graph = is_owned ? OwnedGraph(random, 12) : RandomGraph(random, 12);
    ConflictBook book(is_owned ? OwnerRules(random, 4) : RandomRules(random, 4), kToday);
    ASSERT_TRUE(book.FindAll(graph, 1, [] { return false; }));
    for (int step = 0; step < 8; ++step) {
      for (int changes = Between(random, 1, 3); changes > 0; --changes) {
        if (OneIn(random, 4)) {
          const PartyIndex party{Between(random, 0, kParties - 1)};
          graph.SetParty(party, RandomParty(random, OneIn(random, 4) ? kParties : party.value));
          book.Touch(graph, party);
          continue;
        }
        const RelationIndex relation{Between(random, 0, 13)};
        if (graph.Has(relation)) book.Touch(graph, graph.relation(relation));
        if (OneIn(random, 3)) {
          graph.RemoveRelation(relation);
        } else {
          graph.SetRelation(relation, RandomRelation(random, relation.value));
          book.Touch(graph, graph.relation(relation));
        }
      }
      renewed += book.Renew(graph);
      all += kTaps * 4;
      ConflictBook anew(book.rules(), kToday);
      ASSERT_TRUE(anew.FindAll(graph, 1, [] { return false; }));
      ASSERT_TRUE(book == anew) << round << " " << step;
    }
  }
  EXPECT_LT(renewed, all * 3 / 4);
}

// A bank that owns 6 % of the TAP at first hand, 5 % through a company of its own, and more through others.
TEST(ConflictSearch, SumsWhatOnePartyHoldsThroughSeveralChains) {
  RelationGraph graph;
  graph.SetParty({0}, {RoleBit(PartyRole::kTap), false});
  graph.SetParty({1}, {RoleBit(PartyRole::kFinancialInstitution), false});
  const auto own = [&](int at, int subject, int object, int share, Standing standing = Standing::kConfirmed) {
    graph.SetRelation({at}, {.subject = {subject},
                             .type = RelationType::kOwns,
                             .object = {object},
                             .share_basis_points = share,
                             .standing = standing,
                             .rank = static_cast<uint64_t>(at)});
  };
  own(0, 1, 0, 600);
  own(1, 2, 0, 1'000);
  own(2, 1, 2, 5'000);
  ConflictRule rule{.severity = ConflictSeverity::kBlock};
  rule.steps = {{.types = TypeBit(RelationType::kOwns),
                 .against = true,
                 .least_share = ToShare(1'001),
                 .repeats_max = 3,
                 .roles = RoleBit(PartyRole::kFinancialInstitution)}};
  ConflictSearch search(graph);
  const ConflictQuery query{.tap = {0}, .cooperative = {5}, .day = kToday};
  const auto relations = [&]() {
    std::vector<int> found;
    for (const ConflictPath& path : search.Find(rule, query).paths) {
      for (const RelationIndex relation : path.relations) found.push_back(relation.value);
      if (path.claimed) found.push_back(-1);
    }
    return found;
  };
  // 11 %: 6 % and 5 %, largest first.
  EXPECT_THAT(relations(), testing::ElementsAre(0, 1, 2));
  // A second statement of the same holding adds nothing to it.
  own(2, 1, 2, 4'000);
  EXPECT_THAT(relations(), testing::IsEmpty());
  own(3, 1, 0, 500);
  EXPECT_THAT(relations(), testing::IsEmpty());
  // Nor do chains that come to less than a twentieth of 10.01 %.
  own(3, 3, 0, 100);
  own(4, 1, 3, 5'000);
  EXPECT_THAT(relations(), testing::IsEmpty());
  own(4, 1, 3, 5'006);
  EXPECT_THAT(relations(), testing::ElementsAre(0, 1, 2, 3, 4));
  graph.RemoveRelation({4});
  EXPECT_THAT(relations(), testing::IsEmpty());
  // Claims suffice for a flag; firm chains, where they do alone, are the evidence.
  own(3, 1, 3, 10'000, Standing::kClaimed);
  own(4, 3, 0, 300);
  EXPECT_THAT(relations(), testing::ElementsAre(0, 1, 2, 4, 3, -1));
  own(2, 1, 2, 5'000);
  EXPECT_THAT(relations(), testing::ElementsAre(0, 1, 2));
  // One chain that is too long doesn't count.
  graph.RemoveRelation({0});
  own(5, 1, 6, 10'000);
  own(6, 6, 7, 10'000);
  own(7, 7, 8, 10'000);
  own(8, 8, 0, 9'000);
  EXPECT_THAT(relations(), testing::IsEmpty());
}

// A lender of the cooperatives that owns the TAP, with so many claims around that no search could see them
// all.
TEST(ConflictSearch, NobodyHidesATieBehindClaims) {
  RelationGraph graph;
  graph.SetParty({0}, {RoleBit(PartyRole::kTap), false});
  graph.SetParty({1}, {RoleBit(PartyRole::kCooperative), false});
  const auto relate = [&](int subject, RelationType type, int object, Standing standing) {
    const int at = graph.relation_count();
    graph.SetRelation({at},
                      {.subject = {subject},
                       .type = type,
                       .object = {object},
                       .share_basis_points = 10'000,
                       .standing = standing,
                       .claimed_by = standing == Standing::kClaimed ? PartyIndex{0} : PartyIndex::None(),
                       .rank = static_cast<uint64_t>(at)});
  };
  for (int at = 10; at < 10 + kConflictPrefixesMax + 1; ++at)
    relate(at, RelationType::kOwns, 0, Standing::kClaimed);
  ConflictRule rule{.severity = ConflictSeverity::kBlock, .end = ConflictEnd::kCooperative};
  rule.steps = {{.types = TypeBit(RelationType::kOwns), .against = true},
                {.types = TypeBit(RelationType::kLendsTo)}};
  ConflictBook book({rule}, kToday);
  ASSERT_TRUE(book.FindAll(graph, 1, [] { return false; }));
  ConflictSearch search(graph);
  const ConflictCandidate candidate{.tap = {0}, .cooperative = {1}, .need_window = {kToday, kToday}};
  auto findings = book.FindingsOn(graph, candidate, &search);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].incomplete);
  EXPECT_EQ(findings[0].severity, ConflictSeverity::kFlag);
  EXPECT_EQ(book.incomplete_count(), 1);

  relate(5, RelationType::kOwns, 0, Standing::kConfirmed);
  relate(5, RelationType::kLendsTo, 1, Standing::kConfirmed);
  ASSERT_TRUE(book.FindAll(graph, 1, [] { return false; }));
  findings = book.FindingsOn(graph, candidate, &search);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].blocks());
}

TEST(ConflictRule, NamesAllThatIsWrongWithIt) {
  ConflictRule rule{.end = ConflictEnd::kCooperative, .total_share = ToShare(3'200)};
  rule.steps = {{.repeats_max = 9, .optional = true},
                {.types = TypeBit(RelationType::kLendsTo),
                 .least_share = ToShare(2'500),
                 .repeats_max = 8,
                 .optional = true,
                 .ended_days_max = 3,
                 .ends_in_window = true,
                 .blood_degree_max = 4}};
  std::vector<std::string> fields;
  for (const ConflictRuleFault& fault : FaultsOf(rule)) fields.push_back(fault.field);
  EXPECT_THAT(fields, testing::UnorderedElementsAre("types", "repeats_max", "least_share_basis_points",
                                                    "blood_degree_max", "ends_in_window", "steps", "steps",
                                                    "total_share_basis_points"));
  rule.steps.clear();
  rule.total_share = 0;
  fields.clear();
  for (const ConflictRuleFault& fault : FaultsOf(rule)) fields.push_back(fault.field);
  EXPECT_THAT(fields, testing::UnorderedElementsAre("tap_role", "end"));
}

}  // namespace
}  // namespace ayni::matcher
