import { availableParallelism } from 'node:os'
import { whole } from '@quorate/core/experiments'
import type { Command } from 'commander'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { ProgressLine } from '../progress-line.ts'
import { wholeNumber } from '../run-flags.ts'
import { version } from '../version.ts'

interface WorkerFlags {
  readonly redis: string
  readonly threads?: number
  readonly sweep?: string
}

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('does runs for quorate sweep --engine bullmq, on this machine or any other')
    .requiredOption('--redis <url>', 'the Redis or Valkey that the sweep uses')
    .option('--threads <n>', 'how many [one a processor]', wholeNumber('threads', 1, 1_024))
    .option(
      '--sweep <hash>',
      'serve this sweep alone, or those whose hash begins so [any, as they come]',
    )
    .addHelpText(
      'after',
      `
Serves until it is told to stop: on Ctrl-C or SIGTERM it gives the runs at hand
back and ends, on a second one it just ends. Whatever ends it, no run is lost or
counted twice: what it held is done by another worker, some seconds later if it
could not give it back.

The server must not be open to strangers: give it a password or a private
network.

Examples:
  quorate worker --redis redis://127.0.0.1:6379
  quorate worker --redis rediss://:PASSWORD@queue.example:6380 --threads 8`,
    )
    .action(async (flags: WorkerFlags) => {
      process.exitCode = await serve(flags)
    })
}

async function serve({ redis, threads = availableParallelism(), sweep }: WorkerFlags) {
  if (sweep !== undefined && !/^[0-9a-f]{1,16}$/.test(sweep))
    throw new UsageError(`--sweep is '${sweep}': it must be the hash that the sweep prints`)
  // Loaded only here, so that nothing else pays for it.
  const { SweepServer } = await import('../sweep/bullmq/sweep-server.ts')
  const server = await SweepServer.connected(redis, version, threads, sweep)
  process.stderr.write(
    `Serving ${sweep === undefined ? 'any sweep' : `sweep ${sweep}`} at ${server.place} with ${threads} ${threads === 1 ? 'thread' : 'threads'}\n`,
  )
  const stop = new AbortController()
  const signals = ['SIGINT', 'SIGTERM'] as const
  const halt = () => {
    for (const signal of signals) process.removeListener(signal, halt)
    stop.abort()
  }
  for (const signal of signals) process.on(signal, halt)
  const progress = new ProgressLine()
  const refresh = setInterval(() => {
    progress.show(() => `${whole(server.done)} runs done, ${server.sweeps} sweeps to serve`)
  }, 250)
  try {
    await server.serve(stop.signal)
  } finally {
    clearInterval(refresh)
    progress.clear()
  }
  process.stderr.write(`Stopped after ${whole(server.done)} runs\n`)
  return exitCodes.held
}
