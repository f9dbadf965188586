import assert from 'node:assert/strict';
import test from 'node:test';
import { groupColumnWarning } from '../../src/data/group-columns.ts';

/** Six patients with two images each, in two labels. */
const VALUES = Array.from({ length: 12 }, (_, i) => `P0${i >> 1}`);

const warn = (columns: Readonly<Record<string, readonly string[]>>) => {
  const names = Object.keys(columns);
  const rows = VALUES.map((_, i) => {
    const cells = names.map((name) => [name.toLowerCase(), columns[name][i]] as const);
    return { row: i + 2, cells: { label: i < 6 ? 'a' : 'b', ...Object.fromEntries(cells) } };
  });
  return groupColumnWarning(names, rows, 'm.csv').map(([, text]) => text.split(' ')[1]);
};

test('when a column is named like patients, subjects, studies or persons then it is told', () => {
  const names = [
    ...['patient', 'Patient ID', 'patient_id', 'PatientID', 'patientId', 'PATIENT-NO', 'patients'],
    ...['subject', 'subject_id', 'Subj', 'person', 'person_name', 'participant_id', 'individual'],
    ...['StudyInstanceUID', 'study_id', 'AccessionNumber', 'case', 'case_id', 'CaseNumber', 'mrn'],
    ...['PatientMRN', 'MRN', 'pid', 'anon_patient_id', 'donor', 'exam_id', 'medical_record_number'],
    ...['Patienten-ID', 'Probandennummer', 'paciente'],
  ];
  for (const name of names) {
    const [found] = warn({ [name]: VALUES });
    assert.equal(found, name.split(' ')[0], name);
  }
  assert.deepEqual(groupColumnWarning(['patient_id'], [], 'm.csv'), []);
});

test('when a column only mentions such a word then nothing is said', () => {
  const names = [
    ...[
      'patient_age',
      'PatientSex',
      'patient_position',
      'StudyDate',
      'study_description',
      'reader',
    ],
    ...[
      'case_notes',
      'personal',
      'impatient',
      'id',
      'image_id',
      'hospital',
      'date',
      'exam_type',
      '',
    ],
  ];
  for (const name of names) assert.deepEqual(warn({ [name]: VALUES }), [], name);
});

test('when its values could group nothing then nothing is said', () => {
  const unique = VALUES.map((_, i) => `P${i}`);
  const constant = VALUES.map(() => 'LEG-2020');
  const two = VALUES.map((_, i) => `site ${i % 2}`);
  const blank = VALUES.map(() => ' ');
  for (const values of [unique, constant, two, blank]) {
    assert.deepEqual(warn({ patient_id: values }), []);
  }
});

test('when a word also names topics then its values must hold numbers', () => {
  const topics = VALUES.map((_, i) => ['portrait', 'landscape', 'still life'][i % 3]);
  for (const name of ['subject', 'case', 'study']) assert.deepEqual(warn({ [name]: topics }), []);
  assert.deepEqual(warn({ subject_id: topics }), ['subject_id']);
  assert.deepEqual(warn({ person: topics }), ['person']);
});

test('when a column says the label in other words then it is no group', () => {
  const labels = ['cat', 'dog', 'eel'];
  const rows = VALUES.map((_, i) => {
    const at = i % 3;
    return { row: i + 2, cells: { label: labels[at], subject: `S${at}`, person: `${i % 4}` } };
  });
  assert.deepEqual(groupColumnWarning(['subject'], rows, 'm.csv'), []);
  assert.equal(groupColumnWarning(['person'], rows, 'm.csv').length, 1);
});

test('when several columns fit then patients come before their studies', () => {
  const columns = { StudyInstanceUID: VALUES, reader: VALUES, patient_id: VALUES, case: VALUES };
  assert.deepEqual(warn(columns), ['patient_id']);
});
