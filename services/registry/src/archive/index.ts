export * from './student-archive.entity';
export * from './departure.entity';
export * from './pack-archive';
export * from './keep-departure';
