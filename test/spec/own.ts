/** A spec in our own words, with each type of attribute. */
export const ownSpec = `
name: lighthouse
protocol: genetlink-legacy
version: 3
doc: Lamps and their keepers.
definitions:
  - { name: key-len, type: const, value: 5 }
  - { name: colour, type: enum, value-start: 2, entries: [red, { name: green, value: 7 }, blue] }
  - { name: option, type: flags, entries: [blinks, { name: turns, value: 4 }] }
  - name: coast
    type: struct
    members:
      - { name: zone, type: u8 }
      - { name: depth, type: u32, byte-order: big-endian }
      - { name: label, type: string, len: key-len - 1 }
      - { name: mac, type: binary, len: 6, display-hint: mac }
      - { name: tide, type: s64 }
      - { name: last, type: u16, enum: colour }
attribute-sets:
  - name: lamp
    attributes:
      - { name: id, type: u32 }
      - { name: old, type: unused }
      - { name: colour, type: u8, enum: colour }
      - { name: options, type: u32, enum: option }
      - { name: colours, type: u32, enum: colour, enum-as-flags: true }
      - { name: lit, type: flag, value: 10 }
      - { name: title, type: string }
      - { name: raw, type: binary }
      - { name: reach, type: uint }
      - { name: offset, type: sint }
      - { name: port, type: u16, byte-order: big-endian }
      - { name: shift, type: s16, byte-order: little-endian }
      - { name: server, type: u32, byte-order: big-endian, display-hint: ipv4 }
      - { name: peer, type: binary, display-hint: ipv6 }
      - { name: hardware, type: binary, display-hint: mac }
      - { name: mask, type: bitfield32, enum: option }
      - { name: coast, type: binary, struct: coast }
      - { name: heights, type: binary, sub-type: u16 }
      - { name: keeper, type: nest, nested-attributes: keeper, multi-attr: true }
      - { name: rooms, type: indexed-array, sub-type: nest, nested-attributes: keeper }
      - { name: weights, type: indexed-array, sub-type: u32 }
      - { name: shifts, type: nest-type-value, type-value: [day, hour], nested-attributes: keeper }
      - { name: kind, type: string }
      - { name: data, type: sub-message, sub-message: data, selector: kind }
      - { name: inner, type: nest, nested-attributes: inner }
      - { name: "3d-view", type: u8 }
      - { name: pad, type: pad }
  - name: lamp-id
    subset-of: lamp
    attributes: [{ name: id }, { name: title }]
  - name: keeper
    name-prefix: keeper-attr-
    attributes:
      - { name: name, type: string }
      - { name: assistant, type: nest, nested-attributes: keeper }
  - name: inner
    attributes:
      - { name: more, type: sub-message, sub-message: data, selector: kind }
  - name: gas
    attributes: [{ name: pressure, type: u32 }]
sub-messages:
  - name: data
    formats:
      - { value: gas, attribute-set: gas }
      - { value: coast, fixed-header: coast }
      - { value: both, fixed-header: coast, attribute-set: gas }
operations:
  enum-model: directional
  name-prefix: lamp-op-
  async-prefix: lamp-event-
  list:
    - name: get
      attribute-set: lamp
      do: { request: { attributes: [id] }, reply: { value: 5, attributes: [id] } }
      dump: { reply: { attributes: [id] } }
    - { name: set, attribute-set: lamp-id, do: { request: { value: 9, attributes: [id] } } }
    - { name: gone, notify: get, mcgrp: lamps }
    - { name: storm, attribute-set: gas, event: { attributes: [pressure] } }
    - { name: visit, attribute-set: keeper, fixed-header: coast, do: { request: { attributes: [name] } } }
mcast-groups: { list: [{ name: lamps }] }
`
