import { DecodeError } from '../codec/index.js'
import type { CtrlAttrs } from '../generic/control.js'
import type { GenericFamily } from '../generic/family.js'
import type { Messages, Protocol } from '../message/index.js'

/** The protocol of a family with the number and the groups that the controller has told. */
export function resolvedFamily<M extends Messages>(
  family: GenericFamily<M>,
  { familyId: id, mcastGroups = [] }: CtrlAttrs,
): Protocol<M> {
  if (id === undefined) throw new DecodeError(`expected the number of ${family.name}, got a reply without it`)
  const groups = Object.fromEntries(mcastGroups.map(({ name, id }) => [name, id]))
  return { ...family.protocol(id), groups } as Protocol<M>
}
