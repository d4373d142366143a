import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compile } from '@netloom/netlink/codec'
import type { DissectedMessage } from '@netloom/netlink/dissect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureNames, messagesOf } from '../support/captures.js'

/**
 * Compares the decoding of the recorded captures with Debian's pyroute2: message types, flags and attribute numbers
 * must agree.
 */

const python = '/usr/bin/python3'
const script = fileURLToPath(new URL('../support/ask_pyroute2.py', import.meta.url))
/** Folder where npm test unpacked pyroute2, if it is not installed. */
const folder = process.env.NETLOOM_PYROUTE2
const env = { ...process.env, ...(folder && { PYTHONPATH: folder }) }

const isInstalled = existsSync(python) && spawnSync(python, ['-c', 'import pyroute2'], { env }).status === 0
const suiteOf = suite('pyroute2 agrees')
if (!isInstalled)
  console.log('SKIPPED: pyroute2 agrees: needs python3-pyroute2 (installed, or its folder in NETLOOM_PYROUTE2)')
const test = isInstalled ? suiteOf : suiteOf.skip

interface Answer {
  readonly type: string
  readonly header: Readonly<Record<string, number>>
  readonly attributes: readonly (readonly [offset: number, number: number, name: string])[]
}

/** Returns the decoding of each message by pyroute2: null without a decoder, or the error of the decoder. */
function decodeWithPyroute2(messages: readonly DissectedMessage[]): (Answer | { readonly error: string } | null)[] {
  const input = messages.map(({ bytes }) => bytes.toString('hex')).join('\n')
  const { stdout, stderr } = spawnSync(python, [script], { input, env, encoding: 'utf8', maxBuffer: 1 << 30 })
  assert.is(stderr, '')
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Names that pyroute2 0.7.2 has in a different order than linux/pkt_sched.h: MIN and MAX are swapped. */
const swapped = new Set([
  'TCA_CAKE_STATS_MAX_NETLEN',
  'TCA_CAKE_STATS_MIN_NETLEN',
  'TCA_CAKE_STATS_MAX_ADJLEN',
  'TCA_CAKE_STATS_MIN_ADJLEN',
])

/**
 * True if pyroute2's name and our path are equivalent. For list elements, both contain the number. Of attributes that are repeated, the path
 * contains the index behind the key.
 */
function agree(name: string, number: number, path: readonly string[]): boolean {
  const [key = ''] = path.slice(-1)
  // Underscores are ignored, because a key does not show them: IFLA_STATS_LINK_64.
  if (!/^\d+$/.test(key)) return name.replaceAll('_', '').endsWith(key.toUpperCase())
  return name.endsWith(`_${number}`) || agree(name, number, path.slice(0, -1))
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
    assert.ok(path.length > 0, `${type}: pyroute2 has ${name} (${number}), and we have no attribute`)
    if (!swapped.has(name))
      assert.ok(agree(name, number, path), `${type}: ${name} (${number}) is ${path.join('.')} here`)
  }
  return attributes.length
}

/** Short requests with a `struct rtgenmsg` as their header, which pyroute2 cannot decode. */
const isShort = ({ toKernel, bytes }: DissectedMessage) => toKernel && bytes.length < 32

for (const name of captureNames) {
  const messages = messagesOf(name).filter(
    ({ protocol, type }) => protocol === 'NETLINK_ROUTE' && type.startsWith('RTM_'),
  )
  if (messages.length === 0) continue
  test(`${name}: types, flags and attributes are as in pyroute2`, () => {
    let compared = 0
    for (const [index, answer] of decodeWithPyroute2(messages).entries()) {
      const message = messages[index]!
      if (answer === null) continue
      if ('error' in answer) assert.ok(isShort(message), `${message.type}: ${answer.error}`)
      else compared += compare(message, answer)
    }
    assert.ok(compared > 0)
  })
}

suiteOf.run()
