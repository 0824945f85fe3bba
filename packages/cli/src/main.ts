import { ScenarioError } from '@quorate/core/experiments'
import { UnsoundProtocol, UnsoundReduction } from '@quorate/core/explorer'
import { ForgottenPart } from '@quorate/core/model'
import { Command, CommanderError } from 'commander'
import { addCheck } from './commands/check.ts'
import { addCompare } from './commands/compare.ts'
import { addLinearizable } from './commands/linearizable.ts'
import { addList } from './commands/list.ts'
import { addReplay } from './commands/replay.ts'
import { addReproduce } from './commands/reproduce.ts'
import { addRun } from './commands/run.ts'
import { addSweep } from './commands/sweep.ts'
import { addWorker } from './commands/worker.ts'
import { exitCodes, oneLine, UsageError } from './exit-codes.ts'
import { plainReason } from './scenario-file.ts'
import { version } from './version.ts'

const program = new Command('quorate')
  .description('Distributed consensus that you can run, break, check and deploy.')
  .version(version)
  .exitOverride()
  // explain() says it, in one line.
  .configureOutput({ outputError: () => {} })
  .addHelpText(
    'after',
    `
Results go to stdout, progress to stderr; NO_COLOR is heeded.
Exit codes: 0 held, 1 violated, 2 wrong use or bad input, 3 inconclusive,
70 internal error, 130 interrupted.

Examples:
  quorate compare raft pbft hotstuff nakamoto --network wan
  quorate run raft --nodes 5 --network wan --chaos --seed 7
  quorate run nakamoto --nodes 300 --network bitcoin --until 1000
  quorate check raft
  quorate sweep raft --chaos --runs 100
  quorate linearizable history.edn --html picture.html
  quorate list raft`,
  )

addList(program)
addRun(program)
addCompare(program)
addSweep(program)
addReproduce(program)
addCheck(program)
addLinearizable(program)
addReplay(program)
addWorker(program)

// A reader that has seen enough (quorate list | head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(
    error.code === 'EPIPE'
      ? exitCodes.held
      : wrongUse(`cannot write the result: ${plainReason(error)}`),
  )
})
// Who looks at no progress has the result all the same.
process.stderr.on('error', () => {})

try {
  // Who asks for nothing is shown what there is.
  if (process.argv.length <= 2) program.outputHelp()
  else await program.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

/** Says in one line what went wrong, and gives the exit code for it. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.held
    const what = error.message
      .replace(/^error: /, '')
      .replace(/\.$/, '')
      .replaceAll('\n', ' ')
    return wrongUse(`${what}; see quorate --help`)
  }
  const known = [UsageError, ScenarioError, ForgottenPart, UnsoundProtocol, UnsoundReduction]
  if (known.some((kind) => error instanceof kind)) return wrongUse((error as Error).message)
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`quorate: internal error, please report it: ${detail}\n`)
  return exitCodes.internalError
}

function wrongUse(message: string): number {
  process.stderr.write(`quorate: ${oneLine(message)}\n`)
  return exitCodes.wrongUse
}
