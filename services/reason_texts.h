// What people read of explanations: one template a code, and one a heading (several columns' with | between
// them), in Spanish, English and Quechua, in one place.
//
// {braces} hold places that are filled in; of {units?unit|units} the first word stands where
// units is 1. The Quechua is that of Cusco and Collao (quz). Every Quechua text is for review by a native
// speaker, and is shown with that mark until it was.
#ifndef AYNI_SERVICES_REASON_TEXTS_H_
#define AYNI_SERVICES_REASON_TEXTS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ayni::services {

enum class TextLanguage { kSpanish, kEnglish, kQuechua };

// By its ISO 639-3 code; Spanish of an empty one; nothing of others.
std::optional<TextLanguage> ParseTextLanguage(absl::string_view code);

absl::string_view CodeOf(TextLanguage language);

inline constexpr char kReviewMark[] = "[for review by a native speaker]";

// A text that no native speaker has reviewed.
struct ForReview {
  const char* text;
};

struct ReasonTemplate {
  // The code as the API has it, and where a code is said in several ways a slash and which.
  const char* id;
  const char* spanish;
  const char* english;
  ForReview quechua;
};

absl::Span<const ReasonTemplate> ReasonTemplates();

// Values of places by their names.
using TextValues = std::vector<std::pair<absl::string_view, std::string>>;
// The template of the id with its places filled in. REQUIRES: there is one, and values for all of its places.
std::string ReasonText(TextLanguage language, absl::string_view id, const TextValues& values = {});
// The same without the mark, which a page of headings bears once.
std::string HeadingText(TextLanguage language, absl::string_view id, const TextValues& values = {});

}  // namespace ayni::services

#endif  // AYNI_SERVICES_REASON_TEXTS_H_
