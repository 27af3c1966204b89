"""Quizzes as platforms export them, for the tests of their readers: invented, in the shape of the real ones."""

from __future__ import annotations

import io
import zipfile

MOODLE = r"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/Quiz 2: probability</text></category></question>
<question type="numerical"><name><text>Bayes</text></name>
<questiontext format="html"><text><![CDATA[<p>A test has sensitivity 0.9 and specificity 0.8; one in ten is ill.
How likely is the illness after a positive test?</p>]]></text></questiontext><defaultgrade>2.0000000</defaultgrade>
<answer fraction="100" format="moodle_auto_format"><text>0.333</text><tolerance>0.005</tolerance></answer></question>
<question type="multichoice"><name><text>Loss</text></name>
<questiontext format="html"><text><![CDATA[<p>Which loss fits \(K\) exclusive classes?</p>]]></text></questiontext>
<defaultgrade>1</defaultgrade><single>true</single>
<answer fraction="0" format="html"><text><![CDATA[<p>mean squared error</p>]]></text></answer>
<answer fraction="100" format="html"><text><![CDATA[<p>categorical cross-entropy</p>]]></text></answer>
<answer fraction="0" format="html"><text>hinge loss</text></answer></question>
<question type="truefalse"><name><text>Size</text></name>
<questiontext format="html"><text>A larger network always generalises worse.</text></questiontext><defaultgrade>1</defaultgrade>
<answer fraction="0"><text>true</text></answer><answer fraction="100"><text>false</text></answer></question>
<question type="matching"><name><text>Outputs</text></name><questiontext format="html"><text>Match.</text></questiontext>
<defaultgrade>2</defaultgrade>
<subquestion format="html"><text>spam or not</text><answer><text>sigmoid</text></answer></subquestion>
<subquestion format="html"><text>one of ten digits</text><answer><text>softmax</text></answer></subquestion></question>
<question type="shortanswer"><name><text>Slope</text></name>
<questiontext format="html"><text>Give the derivative of \(x^2\).</text></questiontext><defaultgrade>1</defaultgrade>
<answer fraction="100"><text>2*x</text></answer></question>
<question type="essay"><name><text>Order</text></name>
<questiontext format="html"><text>Why do we shuffle the training data?</text></questiontext><defaultgrade>3</defaultgrade>
<graderinfo format="html"><text><![CDATA[<p>Batches would otherwise be correlated, so that gradients are biased.</p>]]></text>
</graderinfo></question>
<question type="cloze"><name><text>Gaps</text></name><questiontext format="html"><text><![CDATA[<p>A 3x3 kernel has
{2:NUMERICAL:=9:0} weights a channel, and they are {1:MULTICHOICE:=shared~separate}.</p>]]></text></questiontext></question>
</quiz>
"""

_NUMERICAL = """<item ident="i1" title="Question"><itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>numerical_question</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>2.0</fieldentry></qtimetadatafield>
</qtimetadata></itemmetadata><presentation><material>
<mattext texttype="text/html">&lt;p&gt;How many weights has a 3x3 kernel over 4 channels?&lt;/p&gt;</mattext></material>
<response_str ident="response1" rcardinality="Single"><render_fib><response_label ident="answer1"/></render_fib></response_str>
</presentation><resprocessing><respcondition continue="No"><conditionvar><or><varequal respident="response1">36</varequal>
<and><vargte respident="response1">35.5</vargte><varlte respident="response1">36.5</varlte></and></or></conditionvar>
<setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing></item>"""
_SEVERAL = """<item ident="i2" title="Linear"><itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>multiple_answers_question</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>3.0</fieldentry></qtimetadatafield>
</qtimetadata></itemmetadata><presentation><material><mattext>Which are linear?</mattext></material>
<response_lid ident="response1" rcardinality="Multiple"><render_choice>
<response_label ident="11"><material><mattext>convolution</mattext></material></response_label>
<response_label ident="12"><material><mattext>ReLU</mattext></material></response_label>
<response_label ident="13"><material><mattext>average pooling</mattext></material></response_label>
</render_choice></response_lid></presentation><resprocessing><respcondition continue="No"><conditionvar><and>
<varequal respident="response1">11</varequal><not><varequal respident="response1">12</varequal></not>
<varequal respident="response1">13</varequal></and></conditionvar><setvar action="Set" varname="SCORE">100</setvar>
</respcondition></resprocessing></item>"""
_TRUTH = """<item ident="i3" title="Bias"><itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>true_false_question</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>1</fieldentry></qtimetadatafield>
</qtimetadata></itemmetadata><presentation><material><mattext>Biases may start at zero.</mattext></material>
<response_lid ident="response1" rcardinality="Single"><render_choice>
<response_label ident="1"><material><mattext>True</mattext></material></response_label>
<response_label ident="2"><material><mattext>False</mattext></material></response_label></render_choice></response_lid>
</presentation><resprocessing><respcondition continue="No"><conditionvar><varequal respident="response1">1</varequal>
</conditionvar><setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing></item>"""
_ESSAY = """<item ident="i4" title="Dropout"><itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>essay_question</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>4</fieldentry></qtimetadatafield>
</qtimetadata></itemmetadata><presentation><material><mattext>What does dropout do?</mattext></material></presentation>
<itemfeedback ident="general_fb"><flow_mat><material><mattext>Dropout switches random units off during training.</mattext>
</material></flow_mat></itemfeedback></item>"""

CANVAS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="g1" title="Quiz 1">'
    f'<section ident="root_section">{_NUMERICAL}{_SEVERAL}{_TRUTH}{_ESSAY}</section></assessment></questestinterop>'
)


def canvas_package() -> bytes:
    """Return a quiz as Canvas packs it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
        archive.writestr("g1/assessment_meta.xml", "<quiz/>")
        archive.writestr("g1/g1.xml", CANVAS)
    return packed.getvalue()
