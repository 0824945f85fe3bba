import type { JsonShape } from '../../model/json-shape.ts'

/** What lines of results are made of. */
export const count: JsonShape = { type: 'integer', minimum: 0 }
export const text: JsonShape = { type: 'string' }

type Shapes = NonNullable<JsonShape['properties']>

/** The shape of an object with these fields and no others. */
export function record(properties: Shapes, optional: Shapes = {}): JsonShape {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties: { ...properties, ...optional },
    additionalProperties: false,
  }
}
