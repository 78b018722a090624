#include "services/market/credential_days.h"

#include <gtest/gtest.h>

#include <random>

#include "services/market/engine_day.h"

namespace ayni::services {
namespace {

constexpr matcher::Day kFirst = 20'000;

// What the API says of one day, without looking at any other.
bool HoldsOn(const v1::Credential& credential, matcher::Day day) {
  if (day < DayOf(credential.issue_date())) return false;
  if (credential.has_expire_date() && day > DayOf(credential.expire_date())) return false;
  if (credential.has_revoke_date() && day >= DayOf(credential.revoke_date())) return false;
  for (const v1::Suspension& suspension : credential.suspensions()) {
    const bool ended = suspension.has_end_date() && day > DayOf(suspension.end_date());
    if (day >= DayOf(suspension.start_date()) && !ended) return false;
  }
  for (const v1::Renewal& renewal : credential.renewals()) {
    if (day > DayOf(renewal.expire_date()) && day < DayOf(renewal.renew_date())) return false;
  }
  return true;
}

// A life as the methods allow it, drawn step by step.
v1::Credential DrawLife(std::mt19937* random) {
  const auto draw = [&](int max) { return static_cast<int>((*random)() % (max + 1)); };
  v1::Credential credential;
  matcher::Day today = kFirst + draw(5);
  *credential.mutable_issue_date() = DateOf(today);
  if (draw(3) != 0) *credential.mutable_expire_date() = DateOf(today + draw(20));
  for (int step = draw(6); step > 0; --step) {
    today += draw(8);
    v1::Suspension* last =
        credential.suspensions().empty() ? nullptr : &*credential.mutable_suspensions()->rbegin();
    const bool suspended = last != nullptr && !last->has_end_date();
    if (suspended) {
      *last->mutable_end_date() = DateOf(std::max(today, DayOf(last->start_date()) - 1 + draw(1)));
      today = std::max(today, DayOf(last->end_date()) + 1);
    } else if (draw(1) == 0 && credential.has_expire_date()) {
      v1::Renewal* renewal = credential.add_renewals();
      *renewal->mutable_expire_date() = credential.expire_date();
      *renewal->mutable_renew_date() = DateOf(today);
      *credential.mutable_expire_date() =
          DateOf(std::max(today, DayOf(credential.expire_date()) + 1) + draw(10));
    } else {
      *credential.add_suspensions()->mutable_start_date() = DateOf(today);
    }
  }
  if (draw(3) == 0) *credential.mutable_revoke_date() = DateOf(DayOf(credential.issue_date()) + draw(40));
  return credential;
}

TEST(HoldingWindows, AreTheDaysOfAnyLifeEachOnce) {
  std::mt19937 random(1);
  int interrupted = 0;
  for (int life = 0; life < 20'000; ++life) {
    const v1::Credential credential = DrawLife(&random);
    const std::vector<matcher::Window> windows = HoldingWindowsOf(credential);
    ASSERT_FALSE(windows.empty());
    EXPECT_EQ(windows[0].first, DayOf(credential.issue_date())) << credential.ShortDebugString();
    interrupted += windows.size() > 1 ? 1 : 0;
    for (matcher::Day day = kFirst - 1; day < kFirst + 150; ++day) {
      int count = 0;
      for (const matcher::Window& window : windows)
        count += window.first <= day && day <= window.last ? 1 : 0;
      ASSERT_EQ(count, HoldsOn(credential, day) ? 1 : 0)
          << "day " << day - kFirst << " of " << credential.ShortDebugString();
    }
  }
  EXPECT_GT(interrupted, 5'000);
}

TEST(HoldingWindows, WhatWasNeverSuspendedIsOne) {
  v1::Credential credential;
  *credential.mutable_issue_date() = DateOf(kFirst);
  const std::vector<matcher::Window> windows = HoldingWindowsOf(credential);
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].last, matcher::kDayMax);
}

}  // namespace
}  // namespace ayni::services
