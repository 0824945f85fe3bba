import { Exploration, LivenessCheck } from '@quorate/core/explorer'
import { catalogue, variantNamed } from '@quorate/core/protocols'
import type { Command } from 'commander'
import { foundCounterexample, writePictures } from '../check/check-counterexample.ts'
import { type CheckedWorldReport, checkReport, worldReport } from '../check/check-report.ts'
import {
  asUsage,
  type CheckSubject,
  modelSubject,
  protocolSubject,
  worldsFor,
} from '../check/check-subject.ts'
import { checkText } from '../check/check-text.ts'
import { runLiveness, runSearch } from '../check/run-search.ts'
import { addWorldFlags, type WorldFlags } from '../check/world-flags.ts'
import { worldText } from '../check/world-text.ts'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { OutputFile } from '../output-file.ts'

interface CheckFlags extends WorldFlags {
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
  addWorldFlags(command)
    .option('--json', 'print one JSON document')
    .action(async (name: string | undefined, flags: CheckFlags) => {
      process.exitCode = await check(name, flags)
    })
}

async function check(name: string | undefined, flags: CheckFlags): Promise<number> {
  if (flags.worlds && name !== undefined) return listWorlds(name, flags.json ?? false)
  const subject = subjectOf(name, flags)
  const file = flags.trace === undefined ? undefined : new OutputFile(flags.trace)
  try {
    const { reports, interrupted } = await explored(subject)
    const report = checkReport(subject, 'breadth-first', reports)
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
): Promise<{ reports: CheckedWorldReport[]; interrupted: boolean }> {
  const reports: CheckedWorldReport[] = []
  for (const world of subject.worlds) {
    const search = asUsage(() => new Exploration(world.options))
    const going = await runSearch(search, world.name)
    const result = search.result()
    const liveness =
      world.goal && result.complete && !going.interrupted
        ? await runLiveness(new LivenessCheck(search, world.goal), world.name)
        : undefined
    const interrupted = going.interrupted || (liveness?.interrupted ?? false)
    const seconds = going.seconds + (liveness?.seconds ?? 0)
    const report = worldReport(world, result, liveness?.result, { seconds, interrupted })
    reports.push(report)
    if (interrupted) return { reports, interrupted }
    if (report.verdict === 'violated') break
  }
  return { reports, interrupted: false }
}

function listWorlds(name: string, asJson: boolean): number {
  const worlds = worldsFor(variantNamed(name))
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ schema: 'quorate.worlds/1', worlds }, null, 2)}\n`)
  } else {
    for (const [i, world] of worlds.entries()) {
      process.stdout.write(`${i + 1}  ${world.name}\n   ${worldText(world)}\n`)
    }
  }
  return exitCodes.held
}
