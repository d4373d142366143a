import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: routes', 'netns', 'tun')

// biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON has no types
const routes = (a: Attachment, family: '-4' | '-6', table = 'main'): any[] =>
  a.namespace
    .ip(family, 'route', 'show', 'table', table)
    .filter(({ dev, protocol }) => dev === 'tap0' && protocol === 'boot')

/** Runs ADD with this IPAM result, then `inspect`, then CHECK and DEL. */
function withRoutes(result: object, inspect: (a: Attachment) => void) {
  return attached((a) => {
    const config = a.config(a.fakeIpam(result))
    const prevResult = a.succeed('ADD', config).json
    inspect(a)
    a.succeed('CHECK', { ...config, prevResult })
    a.succeed('DEL', config)
    a.assertClean()
  })
}

const ipv4 = { address: '10.0.0.2/24', gateway: '10.0.0.1' }
const ipv6 = { address: '2001:db8::2/64', gateway: '2001:db8::1' }

test('mtu and advmss of a route are set', () =>
  withRoutes(
    {
      ips: [ipv4, ipv6],
      routes: [
        { dst: '10.7.0.0/16', mtu: 1300, advmss: 1260 },
        { dst: '10.8.0.0/16', mtu: 1400 },
        { dst: '2001:db8:7::/48', advmss: 1200 },
      ],
    },
    (a) => {
      assert.equal(
        [...routes(a, '-4'), ...routes(a, '-6')].map(({ dst, metrics: [metrics] }) => [
          dst,
          metrics.mtu,
          metrics.advmss,
        ]),
        [
          ['10.7.0.0/16', 1300, 1260],
          ['10.8.0.0/16', 1400, undefined],
          ['2001:db8:7::/48', undefined, 1200],
        ],
      )
    },
  ))

test('priority of a route is set', () =>
  withRoutes(
    {
      ips: [ipv4, ipv6],
      routes: [
        { dst: '10.7.0.0/16', priority: 7 },
        { dst: '10.8.0.0/16' },
        { dst: '2001:db8:7::/48', priority: 9 },
        { dst: '2001:db8:8::/48' },
      ],
    },
    (a) => {
      assert.equal(
        [...routes(a, '-4'), ...routes(a, '-6')].map(({ dst, metric }) => [dst, metric]),
        [
          ['10.7.0.0/16', 7],
          ['10.8.0.0/16', undefined],
          ['2001:db8:7::/48', 9],
          ['2001:db8:8::/48', 1024],
        ],
      )
    },
  ))

test('table of a route may be below 256, above it, or 0 for main', () =>
  withRoutes(
    {
      ips: [ipv4, ipv6],
      routes: [
        { dst: '10.7.0.0/16', table: 0 },
        { dst: '10.7.0.0/16', table: 255 },
        { dst: '10.7.0.0/16', table: 100 },
        { dst: '10.7.0.0/16', table: 4294967294 },
        { dst: '2001:db8:7::/48', table: 1000 },
      ],
    },
    (a) => {
      for (const table of ['main', '255', '100', '4294967294'])
        assert.equal(
          routes(a, '-4', table).map(({ dst }) => dst),
          ['10.7.0.0/16'],
          table,
        )
      assert.equal(
        routes(a, '-6', '1000').map(({ dst }) => dst),
        ['2001:db8:7::/48'],
      )
    },
  ))

test('a route with link scope needs no gateway and gets none', () =>
  withRoutes(
    {
      ips: [ipv4],
      routes: [
        { dst: '10.7.0.0/16', scope: 253 },
        { dst: '10.8.0.0/16', scope: 200 },
        { dst: '10.9.0.0/16', scope: 0 },
      ],
    },
    (a) => {
      assert.equal(
        routes(a, '-4').map(({ dst, scope, gateway }) => [dst, scope, gateway]),
        [
          ['10.7.0.0/16', 'link', undefined],
          ['10.8.0.0/16', 'site', '10.0.0.1'],
          ['10.9.0.0/16', 'global', '10.0.0.1'],
        ],
      )
    },
  ))

test('the gateway of a /32 or /128 is reached directly over the link', () =>
  withRoutes(
    {
      ips: [
        { address: '10.0.0.2/32', gateway: '169.254.1.1' },
        { address: '2001:db8::2/128', gateway: '2001:db8::1' },
      ],
      routes: [{ dst: '0.0.0.0/0' }, { dst: '10.7.0.0/16', gw: '169.254.1.1' }, { dst: '::/0' }],
    },
    (a) => {
      assert.equal(
        [...routes(a, '-4'), ...routes(a, '-6')].map(({ dst, gateway, flags }) => [
          dst,
          gateway,
          flags.includes('onlink'),
        ]),
        [
          ['default', '169.254.1.1', true],
          ['10.7.0.0/16', '169.254.1.1', true],
          ['default', '2001:db8::1', true],
        ],
      )
    },
  ))

test('any other gateway must be reachable through an address', () =>
  attached((a) => {
    const result = { ips: [{ address: '10.0.0.2/32', gateway: '169.254.1.1' }] }
    const ipam = a.fakeIpam({ ...result, routes: [{ dst: '10.7.0.0/16', gw: '169.254.1.2' }] })
    a.fail('ADD', a.config(ipam), 101, /^failed to add route 10.7.0.0\/16 via 169.254.1.2 dev "tap0": /)
    a.assertClean()
  }))

test('without a gateway, the destination is on the link', () =>
  withRoutes({ ips: [{ address: '10.0.0.2/24' }], routes: [{ dst: '10.7.0.0/16' }] }, (a) => {
    assert.equal(
      routes(a, '-4').map(({ dst, gateway }) => [dst, gateway]),
      [['10.7.0.0/16', undefined]],
    )
  }))

test('a destination with host bits is rejected for IPv4, as by the kernel', () =>
  attached((a) => {
    const message = /^failed to add route 10.7.1.2\/16 via 10.0.0.1 dev "tap0": /
    a.fail('ADD', a.config(a.fakeIpam({ ips: [ipv4], routes: [{ dst: '10.7.1.2/16' }] })), 101, message)
    a.assertClean()
  }))

test('for IPv6 the kernel ignores host bits', () =>
  withRoutes({ ips: [ipv6], routes: [{ dst: '2001:db8:7::5/48' }] }, (a) => {
    assert.is(routes(a, '-6')[0].dst, '2001:db8:7::/48')
  }))

test('routes without a gateway use the first gateway of their family', () =>
  withRoutes(
    {
      ips: [{ address: '10.0.1.2/24' }, ipv4, { address: '10.0.2.2/24', gateway: '10.0.2.1' }],
      routes: [{ dst: '10.7.0.0/16' }, { dst: '10.8.0.0/16', gw: '10.0.2.9' }],
    },
    (a) => {
      assert.equal(
        routes(a, '-4').map(({ gateway }) => gateway),
        ['10.0.0.1', '10.0.2.9'],
      )
    },
  ))

test.run()
