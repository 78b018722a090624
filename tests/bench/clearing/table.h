// What the benchmark of clearing prints: each solver on each market as it comes, medians over seeds at the
// end, and all of it as CSV.
#ifndef AYNI_TESTS_BENCH_CLEARING_TABLE_H_
#define AYNI_TESTS_BENCH_CLEARING_TABLE_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/bench/clearing/clear_run.h"
#include "tests/bench/clearing/markets.h"
#include "tests/bench/clearing/peers.h"

namespace ayni::bench {

class Table {
 public:
  // `csv`: the file's path; empty for none.
  explicit Table(const std::string& csv);
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table();

  void PrintHead() const;
  // Ours comes first on each market, the peers after it.
  void AddOurs(const Market& market, const ClearRun& run);
  void AddPeer(const std::string& peer, const PeerRun& run);
  void PrintMedians() const;

 private:
  // Of one run; NaN where there is none.
  struct Figures {
    double below_bound;  // our bound, in percent of it
    double gap;          // between its own value and bound, in percent
    double seconds;
    double processor_seconds;
    double megabytes;
    Ending ending = Ending::kDone;
  };
  struct Row {
    std::string market, solver;
    std::vector<Figures> seeds;
    std::vector<ClearRun> ours;  // of each seed; empty for a peer
  };

  static void PrintFigures(const std::string& solver, const Figures& figures);
  // Prints what all solvers have, notes it and writes it to the CSV, whose line is not ended yet.
  Row& Add(const std::string& solver, const PeerRun& run);
  std::string Name() const;

  std::FILE* csv_;
  // Those that are being added to.
  Market market_;
  int64_t edges_ = 0;
  double bound_ = 0;
  std::vector<Row> rows_;  // in the order in which they came
};

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_CLEARING_TABLE_H_
