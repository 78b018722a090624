// ConnectionGate: accepts connections, and hands each on to a server that was not asked whether it wants one.
//
// gRPC 1.51's own listener stops for good at the first accept that fails, as it does where the process is out
// of descriptors. This one goes on, and sees to it that the process never comes so far: it counts the
// connections that are open, in all and of each address, and closes at once those beyond its limits.
//
// A connection is open until either side has shut it down. The gate learns that from a duplicate of its
// descriptor, which it watches and never reads: a connection takes two descriptors.
#ifndef AYNI_SERVICES_SERVER_CONNECTION_GATE_H_
#define AYNI_SERVICES_SERVER_CONNECTION_GATE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "services/figures.h"
#include "services/server/descriptor.h"

namespace ayni::services {

// One address may hold this share of all connections. It is a half, so that a proxy on a machine of its own
// still gets through.
inline constexpr int kAddressShareDivisor = 2;
inline constexpr int kDescriptorsPerConnection = 2;

// Thread-safety: any method from any thread.
class ConnectionGate {
 public:
  // Takes a connection over, which does not block, with the listener that it came by. Called on the gate's
  // thread.
  using HandOver = std::function<void(int listener, Descriptor connection)>;

  // Hands over from now on. REQUIRES: listeners do not block; connections_max > 0.
  ConnectionGate(std::vector<Descriptor> listeners, int connections_max, HandOver hand_over);
  ~ConnectionGate();
  ConnectionGate(const ConnectionGate&) = delete;
  ConnectionGate& operator=(const ConnectionGate&) = delete;

  // Takes no more, also of those that wait; what was handed over stays open. Returns when nothing is handed
  // over any more.
  void Close();

  // Unavailable where who connects now is turned away, or where the gate does not move.
  absl::Status Health() const;

  std::vector<FigureFamily> Figures() const;

 private:
  void Serve();
  void Accept(int listener);
  void Take(int listener, Descriptor connection, std::string address);
  // An accept failed: rests, and keeps why.
  void Rest(int error);
  void Forget(int watch);
  bool Watch(int descriptor, uint32_t events) const;

  const int connections_max_;
  const int connections_of_address_max_;
  const HandOver hand_over_;
  std::vector<Descriptor> listeners_;
  const Descriptor events_;
  const Descriptor stop_;

  // Of the gate's thread.
  struct Open {
    Descriptor watch;
    std::string address;
  };
  std::unordered_map<int, Open> open_;  // by the number of the watch
  std::map<std::string, int> open_of_address_;

  std::atomic<int> open_count_{0};
  std::atomic<int64_t> accepted_count_{0};
  std::atomic<int64_t> refused_count_{0};
  std::atomic<int> accept_error_{0};   // errno of the last accept, 0 where it went well
  std::atomic<int64_t> last_turn_ms_;  // of the monotonic clock
  std::mutex close_mutex_;
  std::thread thread_;  // the last, so that it finds the rest made
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_CONNECTION_GATE_H_
