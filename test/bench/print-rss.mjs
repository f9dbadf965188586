// Loaded before a program with --import: prints its peak memory when it ends.
process.on('exit', () => {
  const megabytes = process.resourceUsage().maxRSS / 1024;
  process.stderr.write(`peak RSS ${megabytes.toFixed(0)} MB\n`);
});
