// Whether a round's bundle proves its round: one finding a line, of which all must be right.
#ifndef AYNI_SERVICES_BUNDLE_BUNDLE_CHECK_H_
#define AYNI_SERVICES_BUNDLE_BUNDLE_CHECK_H_

#include <string>
#include <vector>

#include "services/bundle/bundle_file.h"
#include "storage/ledger/signed_note.h"

namespace ayni::services {

struct BundleFinding {
  // What was looked at: checkpoint, creation, clearing, publication, policy, order, seed, statement, problem,
  // solution, market, proof, smallest, summary, cells, reports, concentration, caps.
  std::string subject;
  std::string text;  // what was found
  bool is_right = false;
};

struct BundleCheckOptions {
  storage::NoteVerifier log;
  std::vector<storage::NoteVerifier> witnesses;  // all must have cosigned
};

// In the order in which they are written above; those that do not apply are left out. Of any contents that
// ReadBundleFile gives. Linear in them, but for the look-up of controllers.
std::vector<BundleFinding> CheckBundle(const BundleContents& contents, const BundleCheckOptions& options);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_BUNDLE_CHECK_H_
