// A store that cannot be opened or written says why and what to do, and keeps what it had.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>

#include "record/sample_record.h"
#include "record/store_fixture.h"

namespace jouleprint {
namespace {

using ::testing::AllOf;
using testing::FullRecord;
using ::testing::HasSubstr;
using testing::MinimalRecord;
using ::testing::Not;

class StoreFaultsTest : public testing::StoreTest {
 protected:
  void WriteFile(const std::string& content) const { std::ofstream(Path(), std::ios::binary) << content; }
  void RunSql(const char* sql) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(Path().c_str(), &db), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
  // Saves until it fails, at most 10 MB worth.
  static Error SaveUntilItFails(Store* store) {
    RunRecord run = FullRecord();
    run.warnings.emplace_back(100'000, 'x');
    for (int i = 0; i < 100; ++i) {
      run.run_id = "R" + std::to_string(i);
      if (Status saved = store->Save(run); !saved.ok()) return saved.error();
    }
    return {};
  }
};

TEST_F(StoreFaultsTest, AFileThatIsNotADatabaseIsRefusedAndLeftAsItIs) {
  const std::string letter = "Dear diary, " + std::string(5000, '.');
  WriteFile(letter);
  const Error error = OpenError(Path());
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, AllOf(HasSubstr(Path()), HasSubstr("is not a runs database")));
  EXPECT_THAT(error.hint, HasSubstr("--db"));
  std::ifstream file(Path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), letter);
}

TEST_F(StoreFaultsTest, AnEmptyFileBecomesADatabase) {
  WriteFile("");
  EXPECT_TRUE(Open()->Save(MinimalRecord("A")).ok());
}

TEST_F(StoreFaultsTest, AnotherProgramsDatabaseIsRefused) {
  RunSql("CREATE TABLE bookmarks (url TEXT)");
  EXPECT_THAT(OpenError(Path()).message, HasSubstr("database of another program"));
  RunSql("PRAGMA user_version = 1");
  EXPECT_THAT(OpenError(Path()).message, HasSubstr("database of another program"));
}

TEST_F(StoreFaultsTest, ANewerSchemaIsRefusedWithTheRemedy) {
  ASSERT_NE(Open(), nullptr);
  RunSql("PRAGMA user_version = 2");
  const Error error = OpenError(Path());
  EXPECT_THAT(error.message, AllOf(HasSubstr(Path()), HasSubstr("schema 2")));
  EXPECT_THAT(error.hint, HasSubstr("newer jouleprint"));
}

TEST_F(StoreFaultsTest, ADamagedFileIsReportedAsSuch) {
  {
    const std::unique_ptr<Store> store = Open();
    for (int i = 0; i < 50; ++i) {
      RunRecord run = FullRecord();
      run.run_id = "R" + std::to_string(i);
      ASSERT_TRUE(store->Save(run).ok());
    }
  }
  RunSql("PRAGMA wal_checkpoint(TRUNCATE)");
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(Path()));
  std::fstream file(Path(), std::ios::in | std::ios::out | std::ios::binary);
  // The header and the schema stay sound; every page after them is overwritten.
  file.seekp(4096);
  file << std::string(static_cast<std::size_t>(size - 4096), '\xA5');
  file.close();
  const std::unique_ptr<Store> store = Open();
  const Result<std::vector<RunSummary>> runs = store->List({});
  ASSERT_FALSE(runs.ok());
  EXPECT_EQ(runs.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(runs.error().message, AllOf(HasSubstr(Path()), HasSubstr("damaged")));
  EXPECT_FALSE(store->Save(MinimalRecord("A")).ok());
}

TEST_F(StoreFaultsTest, ADamagedRecordNamesItsRunAndFieldAndSparesTheOthers) {
  ASSERT_TRUE(Open()->Save(MinimalRecord("BAD")).ok());
  ASSERT_TRUE(Open()->Save(MinimalRecord("GOOD")).ok());
  RunSql("UPDATE runs SET record = replace(record, '\"pue\":1.0', '\"pue\":\"?\"') WHERE run_id = 'BAD'");
  const std::unique_ptr<Store> store = Open();
  EXPECT_THAT(store->Find("BAD").error().message,
              AllOf(HasSubstr("run BAD"), HasSubstr(Path()), HasSubstr("/pue")));
  EXPECT_TRUE(store->Find("GOOD").ok());
  EXPECT_EQ(store->Recover([](const Writer&) { return false; })->size(), 1);
}

TEST_F(StoreFaultsTest, AFolderInPlaceOfTheFileIsNamed) {
  const Error error = OpenError(folder_);
  EXPECT_THAT(error.message, AllOf(HasSubstr(folder_), HasSubstr("is a folder")));
  EXPECT_THAT(error.hint, HasSubstr(folder_ + "/runs.db"));
}

TEST_F(StoreFaultsTest, AFileInPlaceOfAFolderIsNamed) {
  WriteFile("x");
  EXPECT_THAT(OpenError(Path() + "/runs.db").message, HasSubstr(Path()));
}

TEST_F(StoreFaultsTest, AddressesAreRefusedWithoutShowingTheirPassword) {
  const Error error = OpenError("postgresql://me:secret@db/runs");
  EXPECT_THAT(error.ToString(), AllOf(HasSubstr("postgresql"), Not(HasSubstr("secret"))));
  EXPECT_EQ(OpenError("").code, ErrorCode::kInvalidArgument);
}

// Root may write anywhere, so a child gives that up first.
int AsNobody(const std::function<bool()>& check) {
  constexpr uid_t kNobody = 65534;
  return testing::WaitFor(testing::StartChild([&] {
    if (geteuid() == 0 && setresuid(kNobody, kNobody, kNobody) != 0) return 2;
    return check() ? 0 : 1;
  }));
}

TEST_F(StoreFaultsTest, AFolderThatCannotBeWrittenIsNamedWithTheRemedy) {
  ASSERT_NE(Open(), nullptr);
  chmod(folder_.c_str(), 0555);
  chmod(Path().c_str(), 0444);
  const auto refused_with_remedy = [](const std::string& path) {
    const Result<std::unique_ptr<Store>> store = OpenStore(path);
    return !store.ok() && store.error().code == ErrorCode::kNotPermitted &&
           store.error().message.find(path) != std::string::npos && !store.error().hint.empty();
  };
  EXPECT_EQ(AsNobody([&] { return refused_with_remedy(Path("new.db")); }), 0);
  EXPECT_EQ(AsNobody([&] { return refused_with_remedy(Path("a/b/new.db")); }), 0);
  // The database is there, and its log cannot be.
  std::filesystem::remove(Path("runs.db-wal"));
  std::filesystem::remove(Path("runs.db-shm"));
  EXPECT_EQ(AsNobody([&] { return refused_with_remedy(Path()); }), 0);
  chmod(folder_.c_str(), 0700);
}

TEST_F(StoreFaultsTest, AFullDiskFailsTheSaveAndKeepsEarlierRuns) {
  if (mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "skipped: mounting needs root";
  std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(store->Save(MinimalRecord("FIRST")).ok());
  const Error error = SaveUntilItFails(store.get());
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("cannot write to"), HasSubstr(Path()), HasSubstr("the disk is full")));
  EXPECT_TRUE(store->Find("FIRST").ok());
  store = Open();
  EXPECT_TRUE(store->Find("FIRST").ok());
  EXPECT_TRUE(store->Find("R0").ok());
  store.reset();
  umount(folder_.c_str());
}

TEST_F(StoreFaultsTest, AFullDiskFailsTheCreationAndOpeningWorksOnceThereIsRoom) {
  if (mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "skipped: mounting needs root";
  std::ofstream(Path("filler")) << std::string(2'000'000, 'x');
  const Error error = OpenError(Path());
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_THAT(error.message, HasSubstr("runs database"));
  std::filesystem::remove(Path("filler"));
  EXPECT_TRUE(Open()->Save(MinimalRecord("A")).ok());
  umount(folder_.c_str());
}

TEST_F(StoreFaultsTest, AFileSizeLimitFailsTheSaveAndKeepsEarlierRuns) {
  ASSERT_TRUE(Open()->Save(MinimalRecord("FIRST")).ok());
  const int status = testing::WaitFor(testing::StartChild([this] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{400'000, 400'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const std::unique_ptr<Store> store = Open();
    const Error error = SaveUntilItFails(store.get());
    return error.code == ErrorCode::kIo && store->Find("FIRST").ok() ? 0 : 1;
  }));
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(Open()->Find("FIRST").ok());
  EXPECT_TRUE(Open()->Save(MinimalRecord("AFTER")).ok());
}

}  // namespace
}  // namespace jouleprint
