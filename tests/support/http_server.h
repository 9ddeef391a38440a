// An HTTP server on a random port of loopback that answers byte for byte what a test wants, wrong things too.
//
//   HttpServer server([](const HttpServer::Request& request) { return Answer(200, "{}"); });
//   client.Get({.url = server.Url("/status")});
#ifndef JOULEPRINT_TESTS_SUPPORT_HTTP_SERVER_H_
#define JOULEPRINT_TESTS_SUPPORT_HTTP_SERVER_H_

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "os/file.h"

namespace jouleprint::testing {

class HttpServer {
 public:
  struct Request {
    std::string method;
    std::string target;                          // path and query
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
  };
  /// What goes back over the wire, status line and all. `hold`: the connection then stays open, silent.
  struct Reply {
    std::string bytes;
    bool hold = false;
  };
  using Handler = std::function<Reply(const Request&)>;

  /// The handler is called on the server's own thread, one request after the other.
  explicit HttpServer(Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  int port() const { return port_; }
  /// "http://127.0.0.1:PORT" and `path`.
  std::string Url(const std::string& path = "") const;
  /// All requests so far.
  std::vector<Request> requests() const;

 private:
  void Serve();
  void ServeOne(os::File connection);

  Handler handler_;
  os::File listener_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::vector<os::File> held_;
  std::thread thread_;
};

/// A whole, correct answer that closes the connection. `headers`: lines that each end in "\r\n".
HttpServer::Reply Answer(int status, const std::string& body, const std::string& headers = "");

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_HTTP_SERVER_H_
