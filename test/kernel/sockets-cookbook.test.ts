import { Netlink, type Socket } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { cookbookSections } from '../support/cookbook.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { withOpenSockets } from '../support/sockets.js'
import { columnsOf, ss } from '../support/ss.js'

// Runs the section of docs/cookbook.md about sockets: each list in one namespace, changes in it and in a twin.

const test = suiteNeeding('the cookbook of sockets', 'netns')

const { rows = [], lines } = cookbookSections().find(({ title }) => title === 'Sockets') ?? {}

const isChange = (command: string) => / -tK /.test(command)

/** Ports that the kernel chooses differ between twins. */
const withoutChosen = (text: string) => text.replace(/:[3-6]\d{4}\b/g, ':chosen')

const columns = ({ local, peer }: { readonly local: string; readonly peer: string }) =>
  withoutChosen(`${local.replace(/%lo/, '')} ${peer}`)

/** Returns the sockets of TCP and UDP with their states. */
const stateOf = (namespace: Namespace) =>
  ss(namespace, '-tua')
    .filter(({ state }) => state !== 'UNCONN')
    .map((line) => `${line.state} ${columns(line)}`)
    .sort()

/** Runs a command, and returns its sockets. */
function run(namespace: Namespace, command: string) {
  const [options = '', ...filter] = command.replace(/^ss /, '').split(' ')
  return ss(namespace, options, filter)
}

const call = (nl: Netlink, text: string) => new Function('nl', `return ${text}`)(nl) as Promise<Socket[]>

const isInet = (socket: Socket): socket is Extract<Socket, { readonly family: unknown }> => 'family' in socket

test('the commands and calls about sockets have the same effect', () =>
  withOpenSockets((commands) =>
    withOpenSockets(async (calls) => {
      assert.is(rows.length, lines, 'every line of the table is a command and a call')
      assert.ok(rows.length >= 8)
      using nl = Netlink.open({ netns: calls.namespace.path })
      for (const { command, call: text } of rows) {
        const expected = run(commands.namespace, command)
        const found = await call(nl, text)
        if (isChange(command)) {
          assert.equal(stateOf(calls.namespace), stateOf(commands.namespace), command)
          continue
        }
        assert.is(found.length, expected.length, command)
        assert.ok(found.length > 0, command)
        if (!found.every(isInet)) continue
        assert.equal(found.map((socket) => columns(columnsOf(socket))).sort(), expected.map(columns).sort(), command)
      }
    }),
  ))

test.run()
