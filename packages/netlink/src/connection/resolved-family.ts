import { DecodeError } from '../codec/index.js'
import type { CtrlAttrs } from '../generic/control.js'
import type { GenericFamily } from '../generic/family.js'
import { type Messages, NetlinkError, type Protocol } from '../message/index.js'

/** Returns the protocol of a family, with the numbers that the kernel has assigned to the family and its groups. */
export function resolvedFamily<M extends Messages>(
  family: GenericFamily<M>,
  { familyId, mcastGroups = [] }: CtrlAttrs,
): Protocol<M> {
  if (familyId === undefined) throw new DecodeError(`expected the number of ${family.name}, got a reply without it`)
  const groups = Object.fromEntries(mcastGroups.map(({ name, id }) => [name, id]))
  return { ...family.protocol(familyId), groups } as Protocol<M>
}

/** Adds the name of the family to the error of a kernel that does not have it. */
export const withFamily = (error: unknown, name: string): unknown =>
  error instanceof NetlinkError && error.code === 'ENOENT'
    ? new NetlinkError(
        {
          ...error,
          object: name,
          explanation:
            'the kernel has no such family, its module is not loaded, or only the initial network namespace has it',
        },
        { cause: error },
      )
    : error
