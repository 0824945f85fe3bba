import { Exploration } from '@quorate/core/explorer'
import { catalogue, variantNamed } from '@quorate/core/protocols'
import type { Command } from 'commander'
import { type CheckedWorldReport, checkReport, worldReport } from '../check/check-report.ts'
import { type CheckSubject, protocolSubject, worldsFor } from '../check/check-subject.ts'
import { checkText } from '../check/check-text.ts'
import { runSearch } from '../check/run-search.ts'
import { addWorldFlags, type WorldFlags } from '../check/world-flags.ts'
import { worldText } from '../check/world-text.ts'
import { exitCodes, UsageError } from '../exit-codes.ts'

interface CheckFlags extends WorldFlags {
  readonly world?: string
  readonly worlds?: boolean
  readonly json?: boolean
}

export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .description('every order of events in a small world: proof by exhaustion')
    .argument('[protocol]', 'a protocol of the catalogue, or one with a planted bug')
    .option('--world <name|number|file>', 'one of the worlds that it comes with, or a file')
    .option('--worlds', 'list the worlds that it comes with')
  addWorldFlags(command)
    .option('--json', 'print one JSON document')
    .action(async (name: string | undefined, flags: CheckFlags) => {
      process.exitCode = await check(name, flags)
    })
}

async function check(name: string | undefined, flags: CheckFlags): Promise<number> {
  if (name === undefined) {
    const names = catalogue.map((known) => known.name).join(', ')
    throw new UsageError(`check what? The protocols are ${names}`)
  }
  if (flags.worlds) return listWorlds(name, flags.json ?? false)
  const subject = protocolSubject(name, flags.world, flags)
  const { reports, interrupted } = await explored(subject)
  const report = checkReport(subject, 'breadth-first', reports)
  process.stdout.write(
    flags.json ? `${JSON.stringify(report, null, 2)}\n` : checkText(report, subject),
  )
  return interrupted ? exitCodes.interrupted : exitCodes[report.verdict]
}

/** Explores one world after the other, to the first that shows a violation. */
async function explored(
  subject: CheckSubject,
): Promise<{ reports: CheckedWorldReport[]; interrupted: boolean }> {
  const reports: CheckedWorldReport[] = []
  for (const world of subject.worlds) {
    const search = asUsage(() => new Exploration(world.options))
    const going = await runSearch(search, world.name)
    const report = worldReport(world, search.result(), going)
    reports.push(report)
    if (going.interrupted) return { reports, interrupted: true }
    if (report.verdict === 'violated') break
  }
  return { reports, interrupted: false }
}

/** What makes no world is known when it is made: it is whoever asked for it who can put it right. */
function asUsage<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message)
    throw error
  }
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
