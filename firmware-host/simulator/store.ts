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
 * Keeps uploads: two banks for each slot, so that an upload goes beside the one in use. A bank is what was announced
 * (length and digest) and as many bytes as have arrived; the active pair is one record, replaced at once.
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

  /** The pair to load at the next start, if one was ever activated. */
  get active(): Pair | undefined {
    const record = this.storage.read('active');
    return record.length === PAIR.fixedBytes ? PAIR.decode(record) : undefined;
  }

  setActive(pair: Pair): void {
    this.storage.write('active', PAIR.encode(pair));
    for (const slot of SLOTS) this.slots[slot].use(digestIn(pair, slot));
  }

  /** The whole upload with this digest, if the slot holds it. */
  find(slot: number, digest: Uint8Array): Uint8Array | undefined {
    return this.slots[slot].find(digest)?.content;
  }

  /** @returns the offset that is wanted next */
  put(slot: number, length: number, digest: Uint8Array): number {
    return this.slots[slot].put(length, digest);
  }

  /** @returns the offset that is wanted next */
  data(slot: number, offset: number, bytes: Uint8Array): number {
    return this.slots[slot].data(offset, bytes);
  }
}

const digestIn = (pair: Pair, slot: number) =>
  slot === protocol.SLOT_ENGINE ? pair.engineDigest : pair.modelDigest;

class Slot {
  private readonly banks: Bank[];
  /** Where uploads go. */
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

  put(length: number, digest: Uint8Array): number {
    if (length > this.capacity) throw new Fault(protocol.ERROR_TOO_LARGE, this.capacity);
    const there = this.find(digest);
    if (there?.length === length) return length;
    if (!this.spare.announces(digest) || this.spare.length !== length) this.spare.announce(length, digest);
    return this.spare.arrived;
  }

  data(offset: number, bytes: Uint8Array): number {
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
  /** Of what was announced; 0 if nothing was. */
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
    // The power went between the last byte and the check, or the bytes went bad since.
    if (this.arrived >= this.length && !this.isWhole) this.clear();
  }

  get content(): Uint8Array {
    return this.storage.read(this.name);
  }

  announces(digest: Uint8Array): boolean {
    return sameDigest(digest, this.digest);
  }

  announce(length: number, digest: Uint8Array): void {
    // In this order, whenever the power goes: bytes are never taken for those of another announcement.
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
