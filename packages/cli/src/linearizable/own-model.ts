import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type ModelDefinition,
  type OwnCommand,
  type SequentialModel,
  sequentialModel,
} from '@quorate/core/checkers'
import { UsageError } from '../exit-codes.ts'

export type OwnModel = SequentialModel<OwnCommand, unknown>

const example = 'export default { initial: 0, step: (state, command, result, impossible) => ... }'

/**
 * The path of a model, if there is such a file.
 * @throws UsageError
 */
export function existingModel(path: string): string {
  if (existsSync(path)) return path
  throw new UsageError(
    `--model is '${path}': it must be register, kv, or a file such as model.ts that exports a model; there is no such file`,
  )
}

/**
 * The model that a module defines, as its default export or as `model`.
 * @throws UsageError if it exports none
 */
export async function ownModel(path: string): Promise<OwnModel> {
  let exported: { readonly default?: unknown; readonly model?: unknown }
  try {
    exported = await import(pathToFileURL(resolve(path)).href)
  } catch (error) {
    throw new UsageError(`--model ${path} cannot be loaded: ${String(error)}`)
  }
  const model = exported.default ?? exported.model
  if (isDefinition(model)) return sequentialModel(model)
  throw new UsageError(`--model ${path} exports no model; expected ${example}`)
}

function isDefinition(value: unknown): value is ModelDefinition<unknown, OwnCommand, unknown> {
  const fields = fieldsOf(value)
  const isFunction = (field: unknown) => field === undefined || typeof field === 'function'
  return (
    fields.initial !== undefined &&
    typeof fields.step === 'function' &&
    isFunction(fields.partition) &&
    isFunction(fields.describe)
  )
}

function fieldsOf(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
