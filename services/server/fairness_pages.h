// Fairness reports of FAIRNESS_VIEW_PUBLIC as pages, kept for a while: whoever asks for a page must not cost
// a reading of its whole market.
#ifndef AYNI_SERVICES_SERVER_FAIRNESS_PAGES_H_
#define AYNI_SERVICES_SERVER_FAIRNESS_PAGES_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/method.h"
#include "services/page/fairness_words.h"
#include "storage/store.h"

namespace ayni::services {

// Names of places and waivers may change, which the next page then says.
inline constexpr absl::Duration kFairnessPageLasts = absl::Minutes(5);
inline constexpr size_t kFairnessPagesKeptMax = 64;
// Of rounds at once: the queue of reports is for members and administrators too.
inline constexpr size_t kFairnessPagesComputedMax = 2;

// Thread-safe. REQUIRES: the methods and the store outlive every answer of the methods.
class FairnessPages {
 public:
  using Clock = std::function<absl::Time()>;
  // Called once, on any thread. ResourceExhausted: others are being computed. Other errors are
  // GetFairnessReport's.
  using Done = std::function<void(absl::StatusOr<std::string>)>;

  FairnessPages(const MethodTable* methods, const storage::Store* store, Clock clock)
      : methods_(*methods), store_(*store), clock_(std::move(clock)) {}

  // `round` is as in rounds/{round}.
  void Get(const std::string& round, page::Language language, Done done);

 private:
  // In both languages, since it is the report that costs.
  struct Pages {
    absl::Time time;
    std::string english;
    std::string spanish;

    const std::string& In(page::Language language) const {
      return language == page::Language::kSpanish ? spanish : english;
    }
  };
  struct Waiting {
    page::Language language;
    Done done;
  };

  void Compute(const std::string& round);
  Pages Make(const std::string& round, const Message& report) const;
  void Keep(const std::string& round, const absl::StatusOr<Pages>& pages);

  const MethodTable& methods_;
  const storage::Store& store_;
  const Clock clock_;
  absl::Mutex mutex_;
  std::map<std::string, Pages> kept_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::vector<Waiting>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_FAIRNESS_PAGES_H_
