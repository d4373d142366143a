import { Connection, NetlinkError } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import * as generic from '../../packages/netlink/dist/generic/index.js'
import { inScratch, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('small generic families in the kernel', 'netns')

/** Opens a family in a new namespace. Skips `use` if the kernel does not have the family. */
const withFamily = <M extends generic.GenericFamily['messages']>(
  family: generic.GenericFamily<M>,
  use: (connection: Connection<M>) => void,
) =>
  inScratch(({ path }) => {
    let connection: Connection<M>
    try {
      connection = Connection.openGeneric(family, { netns: path, timeout: 60_000 })
    } catch (error) {
      if (!(error instanceof NetlinkError && error.code === 'ENOENT')) throw error
      return skipped(`this kernel has no family ${family.name}`)
    }
    try {
      use(connection)
    } finally {
      connection.close()
    }
  })

test('SEG6 returns the source address of tunnels', () =>
  withFamily(generic.seg6, (seg6) => {
    assert.equal(seg6.requestSync('SEG6_CMD_GET_TUNSRC', {}), [{ cmd: 4, version: 1, attrs: { dst: '::' } }])
  }))

test('IOAM6 has no namespaces or schemas in a new network namespace', () =>
  withFamily(generic.ioam6, (ioam6) => {
    assert.equal(ioam6.dumpSync('IOAM6_CMD_DUMP_NAMESPACES'), [])
    assert.equal(ioam6.dumpSync('IOAM6_CMD_DUMP_SCHEMAS'), [])
  }))

test('tcp_metrics has no entries in a new network namespace', () =>
  withFamily(generic.tcpMetrics, (tcpMetrics) => {
    assert.equal(tcpMetrics.dumpSync('TCP_METRICS_CMD_GET'), [])
  }))

test.run()
