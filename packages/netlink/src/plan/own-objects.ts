import type { Operation } from '../api/run/operation.js'
import { covers } from '../api/values/compare.js'
import { defined } from '../api/values/objects.js'
import { NetlinkError } from '../message/index.js'
import type { NexthopMessage } from '../route/index.js'

/**
 * A request for the object that an undo deletes, and the members that it must have. Meanwhile another program may have deleted it, and
 * created one with its name, index or id. As data, it can be kept in a journal.
 */
export interface Guard {
  readonly name: string
  readonly value: unknown
  readonly expected: unknown
}

/** Codes of a lookup if there is no object. */
const GONE: readonly string[] = ['ENODEV', 'ENOENT']

/** Returns the guard of a next hop. A group may have lost members, so that they are not compared. */
export function guardOfNexthop({ protocol, attrs }: NexthopMessage): Guard {
  const { id, oif, gateway, blackhole, fdb, groupType } = attrs
  return {
    ...{ name: 'RTM_GETNEXTHOP', value: { attrs: { id } } },
    expected: { protocol, attrs: defined({ oif, gateway, blackhole, fdb, groupType }) },
  }
}

/** True if the object is still the one that was created. */
export function* isOwn({ name, value, expected }: Guard): Operation<boolean> {
  try {
    const [found] = yield { kind: 'read', name, value, options: {} }
    return covers(expected, found)
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    // With any other refusal, the deletion reports what is wrong.
    return !GONE.includes(error.code)
  }
}
