import { catalogue, variantNamed } from '@quorate/core/protocols'
import type { Command } from 'commander'
import { CounterexampleFiles, foundCounterexample } from '../check/check-counterexample.ts'
import { type CheckedWorldReport, checkReport, worldReport } from '../check/check-report.ts'
import {
  asUsage,
  type CheckedWorld,
  type CheckSubject,
  modelSubject,
  protocolSubject,
  worldsFor,
} from '../check/check-subject.ts'
import { checkText } from '../check/check-text.ts'
import {
  addSearchFlags,
  type SearchChoice,
  type SearchFlags,
  searchChoice,
} from '../check/search-flags.ts'
import { searchWorld } from '../check/search-world.ts'
import { addWorldFlags, type WorldFlags, worldFlagsIn } from '../check/world-flags.ts'
import { worldText } from '../check/world-text.ts'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { untilInterrupted } from '../until-interrupted.ts'

interface CheckFlags extends WorldFlags, SearchFlags {
  readonly world?: string
  readonly worlds?: boolean
  readonly model?: string
  readonly liveness?: boolean
  readonly trace?: string
  readonly svg?: string
  readonly html?: string
  readonly json?: boolean
}

export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .description('every order of events in a small world: proof by exhaustion')
    .argument('[protocol]', 'a protocol of the catalogue, or one with a planted bug')
    .option('--model <name>', 'a model whose states others have counted: paxos-register and others')
    .option('--world <name|number|file>', 'one of the worlds that it comes with, or a file')
    .option('--worlds', 'list the worlds that it comes with')
    .option('--liveness', 'also: from every state, each fair run reaches the goal')
    .option('--trace <file>', 'write the steps of a violation, for quorate replay')
    .option('--svg <file>', 'write the steps of a violation as a picture')
    .option('--html <file>', 'write them as a page')
  addSearchFlags(addWorldFlags(command))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
The worlds that a protocol comes with are explored one after the other; flags
make one of your own. Every order of deliveries, timeouts, crashes, restarts,
losses and duplications is taken, as far as the bounds go.

--liveness asks of the whole graph whether what the protocol is for (a decision,
progress) is reached from every state, and says which fairness it assumes. What
never gets there is shown as a way to a state, and a way round from there.

Exit codes: 0 held, 1 violated, 2 wrong use or bad input, 3 inconclusive (a
limit was reached, or the search proves nothing), 130 interrupted by Ctrl-C:
what is known so far is printed all the same.

Examples:
  quorate check raft
  quorate check raft --worlds
  quorate check raft --timeouts election=2 --crashes 1 --at-most currentTerm=1
  quorate check raft+two-votes-in-a-term --trace bug.json
  quorate check paxos --propose a@0 --propose b@1 --liveness
  quorate check paxos --world 'two proposers' --search depth-first --threads 2
  quorate check --model paxos-register --param clients=2`,
    )
    .action(async (name: string | undefined, flags: CheckFlags) => {
      process.exitCode = await check(name, flags)
    })
}

async function check(name: string | undefined, flags: CheckFlags): Promise<number> {
  if (flags.worlds && name !== undefined) return listWorlds(name, flags.json ?? false)
  const choice = searchChoice(flags)
  const subject = subjectOf(name, flags)
  checkGoals(subject, choice)
  const files = new CounterexampleFiles(flags)
  try {
    // Between two worlds too, Ctrl-C asks for what is known so far.
    const { result: reports, interrupted } = await untilInterrupted((signal) =>
      explored(subject, choice, signal),
    )
    const report = checkReport(subject, choice.name, reports, interrupted)
    const found = foundCounterexample(report)
    process.stdout.write(
      flags.json ? `${JSON.stringify(report, null, 2)}\n` : checkText(report, subject, found),
    )
    if (found) files.write(report, found)
    else if (files.areWanted) {
      process.stderr.write('quorate: nothing is violated, so there are no steps to write\n')
    }
    return interrupted ? exitCodes.interrupted : exitCodes[report.verdict]
  } finally {
    files.discard()
  }
}

/** What is reached in the end is a question to the whole graph, which other searches do not keep. */
function checkGoals(subject: CheckSubject, { name, symmetry, reduction }: SearchChoice): void {
  const plain = name === 'breadth-first' && symmetry === 'none' && reduction === 'none'
  if (plain || !subject.worlds.some(({ goal, asked }) => goal && asked)) return
  throw new UsageError(
    '--liveness looks at the whole graph: leave out --search, --symmetry and --reduction',
  )
}

function subjectOf(name: string | undefined, flags: CheckFlags): CheckSubject {
  const { model, world, liveness = false } = flags
  if (model !== undefined) {
    if (name !== undefined) throw new UsageError(`give a protocol or a --model, not both`)
    checkModelFlags(flags)
    return modelSubject(model, flags)
  }
  if (name !== undefined) return protocolSubject(name, world, flags, liveness)
  const names = catalogue.map((known) => known.name).join(', ')
  throw new UsageError(`check what? The protocols are ${names}; or give a --model`)
}

/** A model comes with a world of its own, of which only its parameters can be chosen. */
function checkModelFlags(flags: CheckFlags): void {
  const { world, worlds, liveness } = flags
  const given = [
    ...worldFlagsIn(flags).filter((flag) => flag !== '--param'),
    ...(world === undefined ? [] : ['--world']),
    ...(worlds ? ['--worlds'] : []),
    ...(liveness ? ['--liveness'] : []),
  ]
  if (given.length === 0) return
  throw new UsageError(
    `${given.join(', ')}: of a --model, only its --param can be chosen, and where to end: --depth, --states`,
  )
}

/** Explores one world after the other, to the first that shows a violation, or until it is told to stop. */
async function explored(
  subject: CheckSubject,
  choice: SearchChoice,
  signal: AbortSignal,
): Promise<CheckedWorldReport[]> {
  const reports: CheckedWorldReport[] = []
  for (const given of subject.worlds) {
    const world = choice.reduction === 'none' ? given : withoutMoments(given)
    const searched = await searchWorld(subject.name, world, choice)
    const report = worldReport(world, searched)
    reports.push(report)
    if (signal.aborted || report.verdict === 'violated') break
  }
  return reports
}

/** A reduction of orders passes some moments over: only properties of what was said remain to be looked at. */
function withoutMoments({ expectedStates: _, ...world }: CheckedWorld): CheckedWorld {
  return { ...world, options: { ...world.options, invariants: [], settled: [], sometimes: [] } }
}

function listWorlds(name: string, asJson: boolean): number {
  const worlds = worldsFor(asUsage(() => variantNamed(name)))
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ schema: 'quorate.worlds/1', worlds }, null, 2)}\n`)
  } else {
    for (const [i, world] of worlds.entries()) {
      process.stdout.write(`${i + 1}  ${world.name}\n   ${worldText(world)}\n`)
    }
  }
  return exitCodes.held
}
