import { replayCommand, type Shrunk, sizeText, whole } from '@quorate/core/experiments'
import { asTyped } from './run-text.ts'
import { columnsOf, labelled, labelledCommand } from './text-layout.ts'

const labelWidth = 15
/** A longer command is not shown: nobody reads it, and a file is better kept. */
export const longestCommand = 480

/**
 * How far a violated run was reduced, and the way to the reduced one.
 * @param path of the file that the reduced scenario is written to; undefined where it is kept in none
 */
export function shrunkText(
  shrunk: Shrunk,
  path: string | undefined,
  columns = columnsOf(process.stdout),
): string {
  const { from, to, complete, tests, because, scenario } = shrunk
  const row = (label: string, text: string) => labelled(`  ${label}`, labelWidth, text, columns)
  const command = path === undefined ? replayCommand(scenario) : `quorate run ${quotedPath(path)}`
  const lines = [
    row('shrunk', `${sizeText(from)} → ${sizeText(to)}`),
    row('', because),
    ...(complete ? [] : [row('', `not yet the smallest: ${whole(tests)} runs were tried`)]),
    command.length <= longestCommand
      ? labelledCommand('', labelWidth, asTyped(command), columns)
      : row('', 'its scenario is long: keep it in a file, with --shrunk smallest.yaml'),
  ]
  return `${lines.join('\n')}\n`
}

/** A file without a dot or a slash in its name would be taken for a protocol. */
function quotedPath(path: string): string {
  const named = /[./\\]/.test(path) ? path : `./${path}`
  return /^[\w.,:=@%+/-]+$/.test(named) ? named : `'${named.replaceAll(`'`, `'\\''`)}'`
}
