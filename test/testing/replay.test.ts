import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Connection } from '@netloom/netlink'
import { readCapture, writePcap } from '@netloom/netlink/capture'
import { DecodeError } from '@netloom/netlink/codec'
import { replay, TestingError } from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('replay of captures')

const file = fileURLToPath(new URL('../captures/ipdump.pcap', import.meta.url))

const PACKET_OUTGOING = 4

test('replay() answers from a capture, recorded by a program or on an nlmon device', () => {
  const datagrams = [...readCapture(readFileSync(file))]
  const nlmon = writePcap(datagrams.map((each) => ({ ...each, packetType: PACKET_OUTGOING })))
  for (const capture of [file, nlmon]) {
    const recorded = replay(capture)
    using netlink = Connection.open({ socketFactory: recorded })
    const links = netlink.dumpSync('RTM_GETLINK', { attrs: { extMask: 1 } })
    assert.equal(
      links.map(({ attrs }) => attrs.ifname),
      ['lo', 'br0', 'v1', 'dummy0', 'veth1', 'veth0'],
    )
    assert.throws(
      () => netlink.dumpSync('RTM_GETRULE'),
      (error: unknown) => error instanceof TestingError && error.code === 'ERR_NETLINK_NOT_RECORDED',
    )
  }
})

test('replay() rejects a file that is not a capture or does not exist', () => {
  assert.throws(
    () => replay(Buffer.from('no capture at all')),
    (error: unknown) => error instanceof DecodeError,
  )
  assert.throws(() => replay('/nowhere/traffic.pcap'), /ENOENT/)
})

test.run()
