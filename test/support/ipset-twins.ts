import { type IpSet, type IpSetEntry, Netlink, NetlinkError } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { ipset, lastingSets, listedSets } from './ipset.js'
import type { IpsetRow } from './ipset-rows.js'
import { inScratch, type Namespace } from './netns.js'

/** Creates the set of a row with calls. Returns false if the kernel does not have its type. */
async function create(nl: Netlink, [, set, entries]: IpsetRow): Promise<boolean> {
  try {
    await nl.ipset.create(set)
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'IPSET_ERR_FIND_TYPE') return false
    throw error
  }
  for (const [, entry] of entries) await nl.ipset.add(set.name, entry)
  return true
}

/** Creates the sets of rows with the command, and with calls in a twin. Returns the types that the kernel does not have. */
export async function createBoth(
  rows: readonly IpsetRow[],
  use: (nl: Netlink, calls: Namespace, commands: Namespace) => Promise<void>,
): Promise<string[]> {
  const missing: string[] = []
  await inScratch((commands) =>
    inScratch(async (calls) => {
      using nl = Netlink.open({ netns: calls.path })
      for (const row of rows) {
        const [words, { name, type }, entries] = row
        if (!(await create(nl, row))) {
          missing.push(type)
          continue
        }
        ipset(commands, ['create', name, ...words.split(' ')])
        for (const [entry] of entries) ipset(commands, ['add', name, ...entry.split(' ')])
      }
      await use(nl, calls, commands)
    }),
  )
  return missing
}

/** Checks that the command lists the same sets in both namespaces. */
export const sameSets = (one: Namespace, other: Namespace): void =>
  assert.is(lastingSets(one).join('\n\n'), lastingSets(other).join('\n\n'))

const text = (value: unknown) => (value === undefined || value === true ? value : String(value))

/** Returns an object that was read with the keys and texts of ipset's XML. */
function headerOf({ name: _, elements, ...set }: IpSet): Record<string, unknown> {
  // The command prints forceadd as text, and leaves it out of its XML.
  const { markmask, initval, forceadd: _forceadd, ...members } = set
  const hexadecimal = (value: number | undefined) =>
    value === undefined ? {} : `0x${value.toString(16).padStart(8, '0')}`
  return {
    ...Object.fromEntries(Object.entries(members).map(([key, value]) => [key, text(value)])),
    ...(markmask !== undefined && { markmask: hexadecimal(markmask) }),
    ...(initval !== undefined && { initval: hexadecimal(initval) }),
    numentries: String(elements),
  }
}

const entryOf = (entry: IpSetEntry) =>
  Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, text(value)]))

const sorted = (object: object) =>
  JSON.stringify(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1)))

/** Checks that the library reads what the command lists, member by member. */
export async function readsWhatIsListed(nl: Netlink, namespace: Namespace): Promise<void> {
  const sets = new Map((await nl.ipset.list()).map((set) => [set.name, set]))
  const listed = listedSets(namespace)
  assert.is(sets.size, listed.length)
  for (const { name, header, entries } of listed) {
    // Without the second that may have passed.
    const settled = (object: object) =>
      sorted(object)
        .replace(/("timeout","\d*)\d"/, '$1"')
        .toLowerCase()
    assert.is(sorted(headerOf(sets.get(name) as IpSet)), sorted(header), name)
    const own = await nl.ipset.entries(name)
    assert.equal(
      own.map((each) => settled(entryOf(each))),
      entries.map(settled),
      name,
    )
  }
}
