// What rounds and commits bring about, and callers only read.
#include "services/conflict_view.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

// A TAP knows its own price: with the part for the price, or a score that holds it, it would know the highest
// that the need can pay. A funder sees what it pays for, and not the way to the farm either.
void ShowMatch(const Caller& caller, v1::Match* match) {
  ShowConflicts(caller, match->mutable_conflicts());
  if (caller.role != v1::ROLE_TAP && caller.role != v1::ROLE_FUNDER) return;
  match->clear_score();
  match->clear_bid();
  match->mutable_score_parts()->clear_price();
  if (caller.role != v1::ROLE_FUNDER) return;
  match->clear_position();
  match->clear_note();
}

}  // namespace

RulesOf<v1::Match> MatchRules() {
  RulesOf<v1::Match> rules;
  rules.show = ShowMatch;
  rules.filter_fields = {"need",     "offer", "cooperative",    "tap",           "service",
                         "district", "state", "subsidy.funder", "subsidy.budget"};
  rules.own_fields = {
      {v1::ROLE_COOPERATIVE, "cooperative"}, {v1::ROLE_TAP, "tap"}, {v1::ROLE_FUNDER, "subsidy.funder"}};
  return rules;
}

RulesOf<v1::SegmentReport> SegmentReportRules() {
  RulesOf<v1::SegmentReport> rules;
  rules.filter_fields = {"segment.service", "segment.territory", "segment.limit", "thin", "hhi", "warnings"};
  return rules;
}

RulesOf<v1::MergeProposal> MergeProposalRules() {
  RulesOf<v1::MergeProposal> rules;
  rules.filter_fields = {"party", "into", "state", "likeness_per_mille"};
  return rules;
}

RulesOf<v1::LedgerEntry> LedgerEntryRules() {
  RulesOf<v1::LedgerEntry> rules;
  rules.filter_fields = {"event.actor", "event.method", "event.resource", "event.time"};
  return rules;
}

RulesOf<v1::Checkpoint> CheckpointRules() {
  RulesOf<v1::Checkpoint> rules;
  rules.filter_fields = {"leaf_count", "time"};
  return rules;
}

}  // namespace ayni::services
