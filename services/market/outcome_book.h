// What came of TAPs' matches, as expected success learns from it. services/market/README.md says what counts.
//
// Matches are put in any order and any number of times, as in NamedMarket: the same matches give the same
// records. Many threads may read while none writes.
#ifndef AYNI_SERVICES_MARKET_OUTCOME_BOOK_H_
#define AYNI_SERVICES_MARKET_OUTCOME_BOOK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/match.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace ayni::services {

// Of one cooperative the last so many outcomes of a TAP count: a friend that confirms many tiny matches
// brings no more than these, and what it said before of a TAP that has changed is forgotten.
inline constexpr int kOutcomesPerCooperativeMax = 5;
// What a cooperative rates lower than this did not succeed.
inline constexpr int32_t kSuccessRatingLeast = 3;

// Whether the match came to a success; nullopt where it came to nothing that speaks of its TAP, or has not
// ended.
std::optional<bool> SuccessOf(const v1::Match& match);

struct OutcomeCounts {
  int32_t outcomes = 0;
  int32_t successes = 0;

  friend bool operator==(const OutcomeCounts&, const OutcomeCounts&) = default;
};

class OutcomeBook {
 public:
  // Takes the place of what was known of the match. Returns the TAPs, as parties/{party}, of whom other
  // counts hold now than before: none, one, or two where another party stands in the match for its TAP.
  std::vector<std::string> Put(const v1::Match& match);
  // Of the TAP, as parties/{party}.
  OutcomeCounts Of(absl::string_view tap) const;

 private:
  struct Outcome {
    std::string match;
    google::protobuf::Timestamp time;
    bool success = false;
  };
  struct Sides {
    std::string tap;
    std::string cooperative;
  };
  using ByCooperative = absl::flat_hash_map<std::string, std::vector<Outcome>>;  // the latest first
  struct OfTap {
    ByCooperative outcomes;
    OutcomeCounts counts;
  };

  static bool IsLater(const Outcome& a, const Outcome& b);
  static OutcomeCounts CountsOf(const std::vector<Outcome>& of_cooperative);
  void Add(const v1::Match& match, bool success);
  void Remove(absl::string_view match);
  // Lets `change` change the outcomes of one cooperative, and keeps the counts.
  template <typename ChangeList>
  void Change(const Sides& sides, const ChangeList& change);

  absl::flat_hash_map<std::string, OfTap> of_tap_;
  absl::flat_hash_map<std::string, Sides> sides_;  // by match; of those with an outcome
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_OUTCOME_BOOK_H_
