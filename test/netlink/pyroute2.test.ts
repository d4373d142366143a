import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compile } from '@netloom/netlink/codec'
import type { DissectedMessage } from '@netloom/netlink/dissect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureNames, messagesOf } from '../support/captures.js'

/** Debian's pyroute2 on the recorded captures: it and we must agree on types, flags and attribute numbers. */

const python = '/usr/bin/python3'
const script = fileURLToPath(new URL('../support/ask_pyroute2.py', import.meta.url))
/** Where npm test unpacked it, if it is not installed. */
const folder = process.env.NETLOOM_PYROUTE2
const env = { ...process.env, ...(folder && { PYTHONPATH: folder }) }

const isThere = existsSync(python) && spawnSync(python, ['-c', 'import pyroute2'], { env }).status === 0
const suiteOf = suite('pyroute2 agrees')
if (!isThere)
  console.log('SKIPPED: pyroute2 agrees: needs python3-pyroute2 (installed, or its folder in NETLOOM_PYROUTE2)')
const test = isThere ? suiteOf : suiteOf.skip

interface Answer {
  readonly type: string
  readonly header: Readonly<Record<string, number>>
  readonly attributes: readonly (readonly [offset: number, number: number, name: string])[]
}

/** What pyroute2 makes of each message: nothing where it has no decoder, an error where that gives up. */
function ask(messages: readonly DissectedMessage[]): (Answer | { readonly error: string } | null)[] {
  const input = messages.map(({ bytes }) => bytes.toString('hex')).join('\n')
  const { stdout, stderr } = spawnSync(python, [script], { input, env, encoding: 'utf8', maxBuffer: 1 << 30 })
  assert.is(stderr, '')
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Names that pyroute2 0.7.2 has in another order than linux/pkt_sched.h: the least and the largest of each are exchanged. */
const mistaken = new Set([
  'TCA_CAKE_STATS_MAX_NETLEN',
  'TCA_CAKE_STATS_MIN_NETLEN',
  'TCA_CAKE_STATS_MAX_ADJLEN',
  'TCA_CAKE_STATS_MIN_ADJLEN',
])

/** Its name and our key say the same; elements of a list have numbers in both. */
function agree(name: string, number: number, key: string): boolean {
  if (/^\d+$/.test(key)) return name.endsWith(`_${number}`)
  // Where a name has its underscores, a key does not tell: IFLA_STATS_LINK_64.
  return name.replaceAll('_', '').endsWith(key.toUpperCase())
}

function compare(message: DissectedMessage, { type, header, attributes }: Answer): number {
  assert.is(message.type, type)
  const { length: len, sequence_number: seq, ...others } = header
  assert.equal({ ...message.header }, { len, seq, ...others })
  if (message.declaration === undefined) return 0
  const codec = compile(message.declaration)
  const { bytes } = message
  for (const [offset, number, name] of attributes) {
    const path = codec.locate?.(bytes, 16, bytes.length, offset).path ?? []
    const key = path.at(-1)
    assert.ok(key, `${type}: we have nothing where pyroute2 has ${name} (${number})`)
    if (!mistaken.has(name))
      assert.ok(agree(name, number, key), `${type}: ${name} (${number}) is ${path.join('.')} to us`)
  }
  return attributes.length
}

/** Short requests, with `struct rtgenmsg` for a header, which it does not read. */
const isShort = ({ toKernel, bytes }: DissectedMessage) => toKernel && bytes.length < 32

for (const name of captureNames) {
  const messages = messagesOf(name).filter(
    ({ protocol, type }) => protocol === 'NETLINK_ROUTE' && type.startsWith('RTM_'),
  )
  if (messages.length === 0) continue
  test(`${name}: types, flags and attributes`, () => {
    let compared = 0
    for (const [index, answer] of ask(messages).entries()) {
      const message = messages[index]!
      if (answer === null) continue
      if ('error' in answer) assert.ok(isShort(message), `${message.type}: ${answer.error}`)
      else compared += compare(message, answer)
    }
    assert.ok(compared > 0)
  })
}

suiteOf.run()
