import { catalogue, variantNamed } from '@quorate/core/protocols'
import type { Command } from 'commander'
import { foundCounterexample, writePictures } from '../check/check-counterexample.ts'
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
import { addWorldFlags, type WorldFlags } from '../check/world-flags.ts'
import { worldText } from '../check/world-text.ts'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { OutputFile } from '../output-file.ts'

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
    .option('--liveness', 'and from every state, what is to be reached in the end can be')
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
  const file = flags.trace === undefined ? undefined : new OutputFile(flags.trace)
  try {
    const { reports, interrupted } = await explored(subject, choice)
    const report = checkReport(subject, choice.name, reports)
    const found = foundCounterexample(report)
    process.stdout.write(
      flags.json ? `${JSON.stringify(report, null, 2)}\n` : checkText(report, subject, found),
    )
    if (found) {
      file?.write(Buffer.from(found.text))
      writePictures(report, found, flags)
    } else if (flags.trace ?? flags.svg ?? flags.html) {
      process.stderr.write('quorate: nothing is violated, so there are no steps to write\n')
    }
    return interrupted ? exitCodes.interrupted : exitCodes[report.verdict]
  } finally {
    file?.discard()
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
    return modelSubject(model, flags.param)
  }
  if (name !== undefined) return protocolSubject(name, world, flags, liveness)
  const names = catalogue.map((known) => known.name).join(', ')
  throw new UsageError(`check what? The protocols are ${names}; or give a --model`)
}

/** Explores one world after the other, to the first that shows a violation. */
async function explored(
  subject: CheckSubject,
  choice: SearchChoice,
): Promise<{ reports: CheckedWorldReport[]; interrupted: boolean }> {
  const reports: CheckedWorldReport[] = []
  for (const given of subject.worlds) {
    const world = choice.reduction === 'none' ? given : withoutMoments(given)
    const searched = await searchWorld(subject.name, world, choice)
    const report = worldReport(world, searched)
    reports.push(report)
    if (searched.interrupted) return { reports, interrupted: true }
    if (report.verdict === 'violated') break
  }
  return { reports, interrupted: false }
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
