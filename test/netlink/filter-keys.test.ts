import { type Declaration, ofKind } from '@netloom/netlink/codec'
import type { DissectedMessage } from '@netloom/netlink/dissect'
import { CaptureNames, Filter } from '@netloom/netlink/inspect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkKeys } from '../../packages/netlink/dist/cli/filter-keys.js'
import { captureNames, messagesOf } from '../support/captures.js'

/** Keys of filters that `netloom dump` and `netloom monitor` accept. */

const test = suite('keys of filters')

/** Adds the paths of all members of a decoded value, as a filter names them. */
function addPaths(paths: Set<string>, value: unknown, path: readonly string[] = []): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  if (Array.isArray(value)) {
    for (const each of value) addPaths(paths, each, path)
    return
  }
  for (const [key, member] of Object.entries(value)) {
    // A key that is not plain cannot be part of a filter.
    if (!/^[\w?]+$/.test(key)) continue
    const inner = key === 'attrs' ? path : [...path, key]
    // A path may begin at any depth.
    for (let from = 0; from < inner.length; from++) paths.add(inner.slice(from).join('.'))
    addPaths(paths, member, inner)
  }
}

const check = (text: string, ...declarations: Declaration<unknown>[]) =>
  checkKeys(new Filter(text, new CaptureNames()), declarations)

test('every member of every message in the captures is a known key', () => {
  const paths = new Map<Declaration<unknown>, Set<string>>()
  for (const name of captureNames)
    for (const { declaration, value } of messagesOf(name)) {
      if (declaration === undefined) continue
      const known = paths.get(declaration) ?? new Set()
      paths.set(declaration, known)
      addPaths(known, value)
    }
  assert.ok(paths.size > 50)
  const refused: string[] = []
  for (const [declaration, all] of paths) {
    if (all.size === 0) continue
    try {
      check([...all].map((path) => `value.${path}=1`).join(' or '), declaration)
    } catch (error) {
      refused.push(`${declaration.name}: ${(error as Error).message}`)
    }
  }
  assert.equal(refused, [])
})

/** Returns the declaration of the messages of a type in a capture. */
const declared = (capture: string, type: string): Declaration<unknown> => {
  const message: DissectedMessage | undefined = messagesOf(capture, type)[0]
  assert.ok(message?.declaration)
  return ofKind(message.declaration)
}

for (const [text, words] of [
  ['mtuu=1500', "at position 1: expected a key that these messages have, got 'mtuu'; did you mean 'mtu'?"],
  [
    'mtu=1500 and linkinfo.knd=bond',
    "at position 14: expected a key that these messages have, got 'knd' in 'linkinfo.knd'; did you mean 'kind'?",
  ],
  ['verbb=new', "at position 1: expected a key that these messages have, got 'verbb'; did you mean 'verb'?"],
  [
    'not (value.mtuu=1)',
    "at position 6: expected a key that these messages have, got 'mtuu' in 'value.mtuu'; did you mean 'mtu'?",
  ],
  ['zzzzzzzz=1', "at position 1: expected a key that these messages have, got 'zzzzzzzz'"],
  // A member of a route.
  ['prefsrc=192.0.2.1', "at position 1: expected a key that these messages have, got 'prefsrc'"],
] as const)
  test(`${text} is refused for links`, () => {
    const link = declared('iplinkadd', 'RTM_NEWLINK')
    try {
      check(text, link)
    } catch (error) {
      assert.is((error as Error).message.slice(0, words.length), words)
      return
    }
    assert.unreachable(`${text} was accepted`)
  })

test('the error about a long key is short', () => {
  const long = 'a.'.repeat(30_000)
  assert.throws(
    () => check(`${long}b=1`, declared('iplinkadd', 'RTM_NEWLINK')),
    (error: Error) => error.message.length < 400,
  )
})

test('a key of one of several declarations, and fields of messages, are known', () => {
  const link = declared('iplinkadd', 'RTM_NEWLINK')
  const route = declared('06-route', 'RTM_NEWROUTE')
  check('prefsrc=192.0.2.1 or mtu>9000 or verb=new or seq=7 or value.type=unicast', link, route)
  check('?57=00 and linkinfo.?99=00', link)
})

test.run()
