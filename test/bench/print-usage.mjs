// Loaded before a program with --import: prints its peak memory and its CPU time when it ends.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(`peak RSS ${(maxRSS / 1024).toFixed(0)} MB\n`);
  process.stderr.write(`CPU time ${((userCPUTime + systemCPUTime) / 1e6).toFixed(2)} s\n`);
});
