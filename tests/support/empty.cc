// Keeps the library non-empty until the first helper for tests is written.
