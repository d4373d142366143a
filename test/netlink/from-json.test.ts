import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dataFromJson } from '../../packages/netlink/dist/api/link/data.js'
import { toJson } from '../../packages/netlink/dist/codec/json.js'
import '../support/built.js'

const test = suite('values of declarations from JSON')

test('numbers of 64 bits and bytes have their types again', () => {
  const data = {
    mcastQueryIntvl: 5n,
    mcastQuerierIntvl: 1n << 60n,
    priority: 7,
    '?200': [{ payload: Buffer.from('0102', 'hex') }],
  }
  assert.equal(dataFromJson('bridge', JSON.parse(JSON.stringify(toJson(data)))), data)
})

test('what has another form stays', () => {
  for (const wrong of [
    { mcastQueryIntvl: 1.5 },
    { mcastQueryIntvl: 'soon' },
    { mcastQueryIntvl: 2 ** 60 },
    { '?200': ['01'] },
    'data',
    null,
  ])
    assert.equal(dataFromJson('bridge', wrong), wrong)
})

test.run()
