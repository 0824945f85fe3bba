/**
 * The options of this process that its threads need, to be given to each: a checkout's sources are
 * found by a condition, which the launcher adds while the process runs. Others, such as the limit of
 * the heap, are the process's own, and Node.js refuses them for a thread.
 */
export function threadArguments(): string[] {
  return process.execArgv.filter((argument) => argument.startsWith('--conditions='))
}
