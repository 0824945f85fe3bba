import { pino } from 'pino'
import { ClusterNode } from './cluster-node.ts'
import { NodeKeysError } from './network/node-keys.ts'
import { type NodeOptions, NodeOptionsError, nodeUsage, parseNodeOptions } from './node-options.ts'
import { DirectoryInUseError } from './storage/directory-lock.ts'
import { LogDamageError } from './storage/log-format.ts'

/**
 * One node as a process: `node node-process.js FLAGS`. Its log is one JSON object a line on
 * standard error. When the node takes part, it says `ready` on standard output.
 */

const exitCodes = { unusable: 2, internal: 70 } as const

const log = pino(
  { base: null, timestamp: pino.stdTimeFunctions.isoTime },
  pino.destination({ fd: 2, sync: true }),
)

function fail(error: unknown, exitCode: number): never {
  // What a person can put right is told in one line; for anything else the stack is needed.
  if (exitCode === exitCodes.unusable && error instanceof Error) log.fatal(error.message)
  else log.fatal({ err: error }, 'the node cannot go on')
  process.exit(exitCode)
}

async function run(options: NodeOptions): Promise<void> {
  const { protocol, self, addresses, clientPort } = options
  const node = await ClusterNode.start(options, {
    network: ({ kind, ...details }) => log.info(details, kind),
    failed: (error) => fail(error, exitCodes.internal),
  })
  let ending = false
  const end = (reason: string): void => {
    if (ending) return
    ending = true
    log.info({ reason }, 'ending')
    node.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error, exitCodes.internal),
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (options.endWithInput) process.stdin.on('end', () => end('standard input ended')).resume()
  const { host, port } = addresses[self] ?? {}
  log.info(
    { protocol: protocol.name, node: self, host, port, clientPort, process: process.pid },
    'ready',
  )
  process.stdout.write('ready\n')
}

/** Errors that the person who started the node can put right. */
function isUnusable(error: unknown): boolean {
  return (
    error instanceof LogDamageError ||
    error instanceof DirectoryInUseError ||
    error instanceof NodeKeysError ||
    (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  )
}

try {
  await run(parseNodeOptions(process.argv.slice(2)))
} catch (error) {
  if (error instanceof NodeOptionsError) {
    process.stderr.write(`${error.message}\nusage: ${nodeUsage}\n`)
    process.exit(exitCodes.unusable)
  }
  fail(error, isUnusable(error) ? exitCodes.unusable : exitCodes.internal)
}
