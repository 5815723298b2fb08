import { digestOf, sameDigest } from '../link/digest.js';
import * as protocol from '../link/protocol.js';
import { Fault } from './fault.js';
import type { Storage } from './storage.js';
import { ANNOUNCEMENT, PAIR } from './store-layout.js';

/** An engine and a model, by their digests. */
export interface Pair {
  engineDigest: Uint8Array;
  modelDigest: Uint8Array;
}

const SLOTS = [protocol.SLOT_ENGINE, protocol.SLOT_MODEL];

/**
 * Keeps uploads in two banks for each slot, so that an upload does not overwrite the active one. A bank has the
 * announcement (length and digest) and the bytes that have arrived. The active pair is one record, replaced atomically.
 */
export class Store {
  private readonly slots: Slot[];

  constructor(
    private readonly storage: Storage,
    capacity: number,
  ) {
    const active = this.active;
    this.slots = SLOTS.map((slot) => new Slot(storage, slot, capacity, active && digestIn(active, slot)));
  }

  /** The pair to load at the next start; undefined if none was activated. */
  get active(): Pair | undefined {
    const record = this.storage.read('active');
    return record.length === PAIR.fixedBytes ? PAIR.decode(record) : undefined;
  }

  setActive(pair: Pair): void {
    this.storage.write('active', PAIR.encode(pair));
    for (const slot of SLOTS) this.slots[slot].use(digestIn(pair, slot));
  }

  /** Returns the complete upload with this digest, if the slot has it. */
  find(slot: number, digest: Uint8Array): Uint8Array | undefined {
    return this.slots[slot].find(digest)?.content;
  }

  /** Starts or resumes an upload. @returns the next expected offset */
  begin(slot: number, length: number, digest: Uint8Array): number {
    return this.slots[slot].begin(length, digest);
  }

  /** Appends bytes if they are the next ones. @returns the next expected offset */
  append(slot: number, offset: number, bytes: Uint8Array): number {
    return this.slots[slot].append(offset, bytes);
  }
}

const digestIn = (pair: Pair, slot: number) =>
  slot === protocol.SLOT_ENGINE ? pair.engineDigest : pair.modelDigest;

class Slot {
  private readonly banks: Bank[];
  /** The bank for uploads. */
  private spare: Bank;

  constructor(
    storage: Storage,
    slot: number,
    private readonly capacity: number,
    active: Uint8Array | undefined,
  ) {
    this.banks = [0, 1].map(
      (bank) => new Bank(storage, `${slot === protocol.SLOT_ENGINE ? 'engine' : 'model'}-${bank}`),
    );
    this.spare = this.banks[0];
    if (active) this.use(active);
  }

  use(digest: Uint8Array): void {
    const active = this.find(digest);
    this.spare = this.banks.find((bank) => bank !== active) as Bank;
  }

  find(digest: Uint8Array): Bank | undefined {
    return this.banks.find((bank) => bank.isWhole && bank.announces(digest));
  }

  begin(length: number, digest: Uint8Array): number {
    if (length > this.capacity) throw new Fault(protocol.ERROR_TOO_LARGE, this.capacity);
    const there = this.find(digest);
    if (there?.length === length) return length;
    if (!this.spare.announces(digest) || this.spare.length !== length) this.spare.announce(length, digest);
    return this.spare.arrived;
  }

  append(offset: number, bytes: Uint8Array): number {
    const { spare } = this;
    if (spare.length === 0) throw new Fault(protocol.ERROR_NO_UPLOAD);
    if (offset === spare.arrived && bytes.length > 0) {
      if (offset + bytes.length > spare.length) throw new Fault(protocol.ERROR_MALFORMED);
      spare.append(bytes);
      if (spare.arrived === spare.length && !spare.isWhole) {
        spare.clear();
        throw new Fault(protocol.ERROR_DIGEST_MISMATCH);
      }
    }
    return spare.arrived;
  }
}

class Bank {
  /** The announced length; 0 without an announcement. */
  length = 0;
  arrived = 0;
  isWhole = false;
  private digest = new Uint8Array();

  constructor(
    private readonly storage: Storage,
    private readonly name: string,
  ) {
    const announcement = storage.read(this.announcementName);
    if (announcement.length !== ANNOUNCEMENT.fixedBytes) return;
    const { length, digest } = ANNOUNCEMENT.decode(announcement);
    this.length = length;
    this.digest = digest.slice();
    this.arrived = this.content.length;
    this.checkWhole();
    // The power was lost between the last byte and the check, or the bytes are damaged.
    if (this.arrived >= this.length && !this.isWhole) this.clear();
  }

  get content(): Uint8Array {
    return this.storage.read(this.name);
  }

  announces(digest: Uint8Array): boolean {
    return sameDigest(digest, this.digest);
  }

  announce(length: number, digest: Uint8Array): void {
    // In this order, bytes are never assigned to another announcement, also after a power loss.
    this.clear();
    this.storage.write(this.announcementName, ANNOUNCEMENT.encode({ length, digest }));
    this.length = length;
    this.digest = digest.slice();
  }

  append(bytes: Uint8Array): void {
    this.storage.append(this.name, bytes);
    this.arrived += bytes.length;
    this.checkWhole();
  }

  clear(): void {
    this.storage.write(this.announcementName, new Uint8Array());
    this.storage.write(this.name, new Uint8Array());
    this.length = 0;
    this.arrived = 0;
    this.isWhole = false;
    this.digest = new Uint8Array();
  }

  private checkWhole(): void {
    this.isWhole = this.arrived === this.length && sameDigest(digestOf(this.content), this.digest);
  }

  private get announcementName(): string {
    return `${this.name}.announced`;
  }
}
