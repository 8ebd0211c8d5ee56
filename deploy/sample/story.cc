#include "deploy/sample/story.h"

#include <array>

namespace faultline::deploy {
namespace {

constexpr std::array<Cause, 6> kCauses = {{
    {{"mailbox", "write to mailbox shard {n} failed: 2 of 3 replicas are gone", "chat.mailbox.QuorumLostException",
      "chat.mailbox.QuorumLostException: write to mailbox shard failed\n"
      "\tat chat.mailbox.Quorum.await(Quorum.java:118)\n"
      "\tat chat.mailbox.ShardWriter.append(ShardWriter.java:203)\n"
      "\tat chat.mailbox.MailboxService.deliver(MailboxService.java:77)\n"
      "\tat java.base/java.lang.Thread.run(Thread.java:840)"},
     "message send failed: http 503 from edge after {n} ms",
     120,
     4,
     40,
     70,
     92,
     1800},
    {{"key-directory", "prekey bundle for device {x} not found: pool is exhausted", "", ""},
     "could not encrypt message: no session with recipient device",
     22,
     22,
     0,
     100,
     85,
     350},
    {{"media-store", "upload of part {n} failed: storage answered SlowDown after {n} ms", "StorageThrottled",
      "Traceback (most recent call last):\n"
      "  File \"/srv/media/upload.py\", line 212, in put_part\n"
      "    reply = await self.bucket.put(part)\n"
      "  File \"/srv/media/storage.py\", line 88, in put\n"
      "    raise StorageThrottled(reply.status)\n"
      "StorageThrottled: 503 SlowDown"},
     "attachment upload failed: connection closed after {n} of {n} bytes",
     45,
     6,
     10,
     55,
     78,
     4200},
    {{"push", "gateway rejected push token: status 410 unregistered batch={n}", "", "", SampleFormat::kSyslog},
     "notification not shown: message arrived {n} s late",
     18,
     18,
     0,
     100,
     60,
     9000},
    {{"group-fanout", "panic: runtime error: index out of range [{n}] with length 64", "panic",
      "goroutine 4711 [running]:\n"
      "chat.example/fanout.(*Roster).Page(0xc0001a2000, 0x40)\n"
      "\t/src/fanout/roster.go:141 +0x1d4\n"
      "chat.example/fanout.Deliver(0xc0000b6000)\n"
      "\t/src/fanout/deliver.go:66 +0x98"},
     "group message not delivered: internal error (code 13)",
     40,
     0,
     60,
     100,
     95,
     600},
    {{"edge", "upstream timed out (110: Connection timed out) while reading response header from upstream", "", "",
      SampleFormat::kNginx},
     "message send failed: no answer within 30000 ms",
     24,
     8,
     20,
     80,
     88,
     300},
}};

constexpr std::array<std::string_view, 8> kClientNoise = {
    "message send failed: network unreachable",
    "tls handshake with edge timed out after {n} ms",
    "dns lookup of edge.chat.example failed: no such host",
    "could not store message: device storage is full, {n} bytes needed",
    "call dropped: ice connection failed in state checking",
    "unhandled exception in thread sync-{n}: database is locked",
    "message send failed: http 429 too many requests, retry after {n} s",
    "contact card of {phone} could not be opened",
};

constexpr std::array<ServerFailure, 8> kServerNoise = {{
    {"presence", "heartbeat of session {x} lost after {n} ms", "", ""},
    {"search", "index segment {x} could not be merged: too many open files", "", ""},
    {"contact-sync", "lookup of {phone} failed: directory answered 500", "", ""},
    {"accounts", "verification mail to {mail} bounced: mailbox unavailable", "", ""},
    {"rate-limiter", "peer {ip} exceeded {n} requests per second", "", ""},
    {"mailbox", "compaction of shard {n} aborted: checksum mismatch in block {x}", "chat.mailbox.CorruptBlockException",
     "chat.mailbox.CorruptBlockException: checksum mismatch\n"
     "\tat chat.mailbox.Compactor.run(Compactor.java:64)"},
    {"push", "feedback channel closed by gateway: GOAWAY last_stream={n}", "", "", SampleFormat::kSyslog},
    {"edge", "connect() failed (111: Connection refused) while connecting to upstream", "", "", SampleFormat::kNginx},
}};

}  // namespace

std::span<const Cause> Causes() { return kCauses; }
std::span<const std::string_view> ClientNoise() { return kClientNoise; }
std::span<const ServerFailure> ServerNoise() { return kServerNoise; }

}  // namespace faultline::deploy
