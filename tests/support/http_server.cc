#include "support/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace jouleprint::testing {
namespace {

// Up to the end of the headers, and then as much as they announce; false when the client hung up before.
bool Receive(int fd, std::string* text, std::size_t* headers_end) {
  std::size_t wanted = std::string::npos;
  std::array<char, 4096> buffer;
  while (text->size() < wanted) {
    const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    text->append(buffer.data(), static_cast<std::size_t>(size));
    *headers_end = text->find("\r\n\r\n");
    if (*headers_end == std::string::npos) continue;
    *headers_end += 4;
    std::string lower = text->substr(0, *headers_end);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    constexpr std::string_view kLength = "content-length:";
    const std::size_t length = lower.find(kLength);
    wanted = *headers_end;
    if (length != std::string::npos) wanted += std::stoul(lower.substr(length + kLength.size()));
  }
  return true;
}

HttpServer::Request Parse(const std::string& text, std::size_t headers_end) {
  HttpServer::Request request;
  const std::size_t space = text.find(' ');
  request.method = text.substr(0, space);
  request.target = text.substr(space + 1, text.find(' ', space + 1) - space - 1);
  std::size_t line = text.find("\r\n") + 2;
  while (line + 2 < headers_end) {
    const std::size_t end = text.find("\r\n", line);
    const std::size_t colon = text.find(':', line);
    std::string name = text.substr(line, colon - line);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::size_t value = text.find_first_not_of(' ', colon + 1);
    request.headers[name] = text.substr(value, end - value);
    line = end + 2;
  }
  request.body = text.substr(headers_end);
  return request;
}

}  // namespace

HttpServer::HttpServer(Handler handler)
    : handler_(std::move(handler)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.fd(), generic, size) != 0 || ::listen(listener_.fd(), 16) != 0 ||
      ::getsockname(listener_.fd(), generic, &size) != 0) {
    throw std::runtime_error("no server on loopback");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

HttpServer::~HttpServer() {
  ::shutdown(listener_.fd(), SHUT_RDWR);  // wakes accept()
  thread_.join();
}

std::string HttpServer::Url(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::vector<HttpServer::Request> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void HttpServer::Serve() {
  while (true) {
    os::File connection(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection.is_open()) return;
    ServeOne(std::move(connection));
  }
}

void HttpServer::ServeOne(os::File connection) {
  std::string text;
  std::size_t headers_end = 0;
  if (!Receive(connection.fd(), &text, &headers_end)) return;
  const Request request = Parse(text, headers_end);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const Reply reply = handler_(request);
  std::string_view rest = reply.bytes;
  while (!rest.empty()) {
    const ssize_t sent = ::send(connection.fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;  // the client has had enough
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  if (reply.hold) held_.push_back(std::move(connection));
}

HttpServer::Reply Answer(int status, const std::string& body, const std::string& headers) {
  return {fmt::format("HTTP/1.1 {} Some Reason\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}",
                      status, body.size(), headers, body)};
}

}  // namespace jouleprint::testing
