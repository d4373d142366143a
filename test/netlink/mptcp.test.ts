import { AF } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as mptcp from '../../packages/netlink/dist/generic/mptcp.js'
import { vectors } from '../support/vectors.js'

const { MPTCP_PM_ADDR_FLAG } = mptcp

// In the order of mptcp_nl_fill_addr.
const endpoint = `0301 0000 2c00 0180 0600 0100 0200 0000 0600 0500 8813 0000 0500 0200 07 000000 0800 0600 05000000
                  0800 0300 0a000001`
vectors(mptcp.mptcpPmMessage, {
  correct: [
    [
      {
        cmd: 3,
        version: 1,
        attrs: {
          addr: {
            family: AF.INET,
            port: 5000,
            id: 7,
            flags: MPTCP_PM_ADDR_FLAG.SIGNAL | MPTCP_PM_ADDR_FLAG.BACKUP,
            addr4: '10.0.0.1',
          },
        },
      },
      { LE: endpoint },
    ],
    [
      { cmd: 6, version: 1, attrs: { rcvAddAddrs: 4, subflows: 2 } },
      { LE: '0601 0000 0800 0200 04000000 0800 0300 02000000' },
    ],
    [
      { cmd: 1, version: 1, attrs: { addr: { addr6: '2001:db8::1', ifIdx: -1 } } },
      { LE: '0101 0000 2000 0180 1400 0400 20010db8000000000000000000000001 0800 0700 ffffffff' },
    ],
  ],
  errValues: [{ attrs: { addr: { addr4: '::1' } } }, { attrs: { addr: { id: 256 } } }],
  errHex: [
    [
      { LE: '0301 0000 0c00 0180 0600 0300 0a00 0000' },
      'MPTCP_PM_ATTR_ADDR > MPTCP_PM_ADDR_ATTR_ADDR4: expected IPv4 address (4 bytes), got 2 bytes',
    ],
  ],
})

// In the order of mptcp_event_created. Ports are in network order here.
vectors(mptcp.mptcpEventMessage, {
  correct: [
    [
      {
        cmd: 1,
        version: 1,
        attrs: { token: 0x12345678, family: AF.INET, saddr4: '10.0.0.1', daddr4: '10.0.0.2', sport: 443, dport: 5000 },
      },
      {
        LE: `0101 0000 0800 0100 78563412 0600 0200 0200 0000 0800 0500 0a000001 0800 0700 0a000002
             0600 0900 01bb 0000 0600 0a00 1388 0000`,
        BE: `0101 0000 0008 0001 12345678 0006 0002 0002 0000 0008 0005 0a000001 0008 0007 0a000002
             0006 0009 01bb 0000 0006 000a 1388 0000`,
      },
    ],
  ],
})

const test = suite('mptcp_pm')

test('an event with the number of a reply is distinguished by its payload', () => {
  const nameOf = (hex: string) => {
    const bytes = Buffer.from(hex.replace(/\s+/g, ''), 'hex')
    return mptcp.mptcpPm.byCommand(bytes.readUInt8(0), true, { bytes, start: 0, end: bytes.length })?.name
  }
  assert.is(nameOf(endpoint), 'MPTCP_PM_CMD_GET_ADDR')
  assert.is(nameOf('0301 0000 0800 0100 78563412'), 'MPTCP_EVENT_CLOSED')
  assert.is(nameOf('0301 0000 0008 0001 12345678'), 'MPTCP_EVENT_CLOSED')
  assert.is(nameOf('0601 0000 0800 0200 04000000 0800 0300 02000000'), 'MPTCP_PM_CMD_GET_LIMITS')
  assert.is(nameOf('0601 0000 0800 0100 78563412 0500 0400 01 000000'), 'MPTCP_EVENT_ANNOUNCED')
  assert.is(nameOf('0301 0000'), 'MPTCP_PM_CMD_GET_ADDR')
})

test('events with their own number are recognized without a payload', () => {
  assert.is(mptcp.mptcpPm.byCommand(10, true)?.name, 'MPTCP_EVENT_SUB_ESTABLISHED')
  assert.is(mptcp.mptcpPm.byCommand(10, false)?.name, 'MPTCP_PM_CMD_SUBFLOW_CREATE')
  assert.is(mptcp.mptcpPm.byCommand(99, true), undefined)
})

test.run()
