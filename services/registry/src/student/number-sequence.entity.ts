import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last number given out of each sequence. */
@Entity('number_sequence')
export class NumberSequence {
  @PrimaryColumn('text') name: string;
  @Column('int') last: number;
}
