#include "services/bundle/ledger_check.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "ayni/v1/ledger.pb.h"
#include "ayni/v1/policy.pb.h"
#include "storage/ledger/checkpoint_text.h"
#include "storage/ledger/merkle.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

using storage::View;

constexpr char kCreateMethod[] = "ayni.v1.RoundService/CreateRound";
constexpr char kPublishMethod[] = "ayni.v1.RoundService/PublishRound";

std::string Hex(std::string_view bytes) {
  return absl::BytesToHexString(absl::string_view(bytes.data(), bytes.size()));
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime(absl::RFC3339_sec, absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
}

class LedgerCheck {
 public:
  LedgerCheck(const BundleContents& contents, const BundleCheckOptions& options,
              std::vector<BundleFinding>* findings)
      : contents_(contents),
        bundle_(contents.bundle),
        round_(contents.statement.round()),
        options_(options),
        findings_(*findings) {}

  void Run() {
    Check("checkpoint", [this](std::string* why) { return CheckpointIs(why); });
    Check("creation", [this](std::string* why) {
      return LeafIs(bundle_.creation(), round_.name(), kCreateMethod, &creation_, why) &&
             RecordIs(bundle_.creation(), creation_, &created_, why) &&
             (creation_.before_digest().empty() || Say("the round was there before", why));
    });
    Check("clearing", [this](std::string* why) {
      return LeafIs(bundle_.clearing(), round_.name(), kPublishMethod, &clearing_, why) &&
             RecordIs(bundle_.clearing(), clearing_, &cleared_, why) &&
             (cleared_.state() == v1::Round::STATE_CLEARING || Say("the round was not being cleared", why));
    });
    Check("publication", [this](std::string* why) {
      return LeafIs(bundle_.publication(), round_.name(), kPublishMethod, &publication_, why) &&
             (publication_.before_digest() == clearing_.after_digest() ||
              Say("something else happened to the round between its clearing and its publication", why));
    });
    Check("policy", [this](std::string* why) {
      return LeafIs(bundle_.policy(), round_.policy(), "", &policied_, why) &&
             RecordIs(bundle_.policy(), policied_, &policy_, why) &&
             (View(storage::Sha256({bundle_.policy().record()})) == contents_.statement.policy_digest() ||
              Say("the statement was made under another policy", why));
    });
    Check("order", [this](std::string* why) { return OrderIs(why); });
    Check("seed", [this](std::string* why) { return SettingsAre(why); });
    Check("statement", [this](std::string* why) { return StatementIs(why); });
    CheckDigest("problem", contents_.problem_digest, round_.summary().problem_digest());
    CheckDigest("solution", contents_.solution_digest, round_.summary().solution_digest());
    CheckDigest("market", contents_.market_digest, contents_.statement.market_digest());
  }

 private:
  static bool Say(std::string what, std::string* why) {
    *why = std::move(what);
    return false;
  }

  // `check` says in either case what it found.
  template <typename Holds>
  void Check(const char* subject, Holds check) {
    BundleFinding& finding = findings_.emplace_back();
    finding.subject = subject;
    finding.is_right = check(&finding.text);
  }

  bool CheckpointIs(std::string* why) {
    const auto note = storage::SignedNote::Parse(bundle_.checkpoint());
    if (!note.ok()) return Say(std::string(note.status().message()), why);
    if (const auto checked = CheckNote(*note, options_.log); !checked.ok())
      return Say(std::string(checked.status().message()), why);
    const auto text = storage::CheckpointText::Parse(note->text);
    if (!text.ok()) return Say(std::string(text.status().message()), why);
    if (text->origin != options_.log.name) return Say(absl::StrCat("is of the log ", text->origin), why);
    // Whose signature is wrong proves no leaf.
    for (const storage::NoteVerifier& witness : options_.witnesses) {
      if (const auto checked = CheckNote(*note, witness); !checked.ok())
        return Say(std::string(checked.status().message()), why);
    }
    head_ = *text;
    *why = absl::StrCat(head_.leaf_count, " leaves, signed by ", options_.log.name);
    for (const storage::NoteVerifier& witness : options_.witnesses)
      absl::StrAppend(why, " and ", witness.name);
    return true;
  }

  // `method` may be any where it is empty.
  bool LeafIs(const v1::BundleLeaf& leaf, const std::string& resource, std::string_view method,
              v1::LedgerEvent* event, std::string* why) const {
    storage::MerkleProof proof;
    for (const std::string& hash : leaf.proof()) {
      if (hash.size() != storage::kSha256Bytes || proof.size() == storage::kProofHashesMax)
        return Say("its proof is none", why);
      std::copy(hash.begin(), hash.end(), proof.emplace_back().begin());
    }
    if (leaf.index() < 0 || static_cast<uint64_t>(leaf.index()) >= head_.leaf_count)
      return Say(absl::StrCat("leaf ", leaf.index(), " is not in the checkpoint"), why);
    const absl::Status included =
        storage::CheckInclusion(static_cast<uint64_t>(leaf.index()), head_.leaf_count,
                                storage::LeafHashOf(leaf.leaf()), proof, head_.root);
    if (!included.ok()) return Say(std::string(included.message()), why);
    if (!event->ParseFromString(leaf.leaf())) return Say("its leaf is no event", why);
    if (event->resource() != resource)
      return Say(absl::StrCat("its leaf is of ", event->resource(), ", not of ", resource), why);
    if (!method.empty() && event->method() != method)
      return Say(absl::StrCat("its leaf is of ", event->method()), why);
    *why = absl::StrCat("leaf ", leaf.index(), ", ", event->method(), " at ", TimeText(event->time()));
    return true;
  }

  template <typename Record>
  bool RecordIs(const v1::BundleLeaf& leaf, const v1::LedgerEvent& event, Record* record,
                std::string* why) const {
    const storage::Sha256Digest content = storage::Sha256({leaf.record()});
    if (View(storage::HmacSha256(leaf.salt(), {View(content)})) != event.after_digest())
      return Say("its record is not the one that its leaf is of", why);
    if (!record->ParseFromString(leaf.record()) || record->name() != event.resource())
      return Say("its record can't be read", why);
    return true;
  }

  bool OrderIs(std::string* why) const {
    const int64_t created = bundle_.creation().index(), cleared = bundle_.clearing().index(),
                  published = bundle_.publication().index(), policy = bundle_.policy().index();
    if (created >= cleared) return Say("the round was cleared before its seed was fixed", why);
    if (cleared >= published) return Say("the round was published before it was cleared", why);
    if (policy >= published) return Say("the policy came after the publication", why);
    if (round_.snapshot_time().seconds() < creation_.time().seconds())
      return Say("the snapshot is older than the seed", why);
    *why = "the seed was fixed first, then the market was cleared, then published";
    return true;
  }

  bool SettingsAre(std::string* why) const {
    for (const v1::Round* earlier : {&created_, &cleared_}) {
      const auto differs = [&](const char* what) {
        return Say(absl::StrCat("the round began with another ", what), why);
      };
      if (earlier->seed() != round_.seed()) return differs("seed");
      if (earlier->policy() != round_.policy()) return differs("policy");
      if (earlier->objective() != round_.objective()) return differs("objective");
      if (earlier->maxmin_measure() != round_.maxmin_measure() ||
          earlier->maxmin_over() != round_.maxmin_over())
        return differs("measure of the smallest share");
      if (earlier->target_gap_ppm() != round_.target_gap_ppm()) return differs("target gap");
      if (earlier->has_time_limit() != round_.has_time_limit() ||
          earlier->time_limit().seconds() != round_.time_limit().seconds() ||
          earlier->time_limit().nanos() != round_.time_limit().nanos())
        return differs("time limit");
    }
    *why = absl::StrCat(round_.seed(), ", as the round was made with; so are its other settings");
    return true;
  }

  bool StatementIs(std::string* why) const {
    if (View(storage::Sha256({contents_.statement_text})) != publication_.public_digest())
      return Say("is not the one whose digest the leaf of the publication holds", why);
    if (round_.state() != v1::Round::STATE_PUBLISHED) return Say("is of a round that was not published", why);
    *why = absl::StrCat("of ", round_.name(), ", published ", TimeText(round_.publish_time()));
    return true;
  }

  void CheckDigest(const char* subject, const std::string& found, const std::string& stated) {
    Check(subject, [&](std::string* why) {
      if (found != stated)
        return Say(absl::StrCat("its columns have the digest ", Hex(found), ", stated is ", Hex(stated)),
                   why);
      *why = absl::StrCat("SHA-256 ", Hex(found));
      return true;
    });
  }

  const BundleContents& contents_;
  const v1::RoundBundle& bundle_;
  const v1::Round& round_;
  const BundleCheckOptions& options_;
  std::vector<BundleFinding>& findings_;
  storage::CheckpointText head_;
  v1::LedgerEvent creation_, clearing_, publication_, policied_;
  v1::Round created_, cleared_;
  v1::Policy policy_;
};

}  // namespace

void CheckLedger(const BundleContents& contents, const BundleCheckOptions& options,
                 std::vector<BundleFinding>* findings) {
  LedgerCheck(contents, options, findings).Run();
}

}  // namespace ayni::services
