import { ScenarioError } from '@quorate/core/experiments'
import { Command, CommanderError } from 'commander'
import { addDemo } from './commands/demo.ts'
import { addList } from './commands/list.ts'
import { addReplay } from './commands/replay.ts'
import { addRun } from './commands/run.ts'
import { exitCodes, UsageError } from './exit-codes.ts'

const program = new Command('quorate')
  .description('Distributed consensus that you can run, break, check and deploy.')
  .exitOverride()
  .configureOutput({
    // One line, whoever found the fault.
    writeErr: (text) => process.stderr.write(text),
    outputError: (text, write) => write(`quorate: ${text.replace(/^error: /, '')}`),
  })
  .addHelpText(
    'after',
    `
Examples:
  quorate demo
  quorate run raft --nodes 5 --network wan --chaos --seed 7
  quorate run nakamoto --nodes 300 --network bitcoin --until 1000
  quorate list`,
  )

addDemo(program)
addList(program)
addRun(program)
addReplay(program)

// A reader that has seen enough (quorate list | head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.held)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

/** Says in one line what went wrong, and gives the exit code for it. */
function explain(error: unknown): number {
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.held : exitCodes.wrongUse
  if (error instanceof UsageError || error instanceof ScenarioError) {
    process.stderr.write(`quorate: ${error.message}\n`)
    return exitCodes.wrongUse
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`quorate: internal error, please report it: ${detail}\n`)
  return exitCodes.internalError
}
