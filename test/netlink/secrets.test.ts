import { fileURLToPath } from 'node:url'
import type { DissectedMessage } from '@netloom/netlink/dissect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { captureNames, messagesOf } from '../support/captures.js'
import { runHere } from '../support/cli.js'

const test = suite('keys in output')

const recorded = (name: string) => fileURLToPath(new URL(`../captures/${name}.pcap`, import.meta.url))

const MARK = '\u0001secret\u0001'

/** Returns the keys in a message, in hexadecimal: the values that `describe` replaces. */
function keysIn(message: DissectedMessage): string[] {
  const keys: string[] = []
  message.describe({
    secret(value) {
      if (value instanceof Uint8Array && value.some((byte) => byte !== 0)) keys.push(Buffer.from(value).toString('hex'))
      return MARK
    },
  })
  return keys
}

const views = [[], ['-d'], ['-x'], ['--json'], ['--json', '--words'], ['--stats'], ['--refused'], ['-d', '--refused']]

const withKeys = captureNames
  .map((name) => ({ name, keys: [...new Set(messagesOf(name).flatMap(keysIn))] }))
  .filter(({ keys }) => keys.length > 0)

test('captures contain keys of WireGuard, IPsec and MACsec', () => {
  const names = withKeys.map(({ name }) => name)
  for (const name of ['04-wireguard', 'xfrm', 'generic']) assert.ok(names.includes(name), `${name} in ${names}`)
})

for (const { name, keys } of withKeys)
  test(`${name}: no view prints a key, unless --secrets is given`, async () => {
    for (const view of views) {
      const { lines } = await runHere(decode, recorded(name), ...view)
      // Hexadecimal views separate the bytes.
      const text = lines.join('\n').replace(/(?<=[\da-f]{2}) (?=[\da-f]{2})/g, '')
      for (const key of keys) assert.not.ok(text.includes(key.slice(0, 16)), `${key} in decode ${view.join(' ')}`)
    }
    const { lines } = await runHere(decode, recorded(name), '--json', '--secrets')
    const shown = lines.join('\n')
    for (const key of keys) assert.ok(shown.includes(key), `${key} with --secrets`)
  })

test.run()
